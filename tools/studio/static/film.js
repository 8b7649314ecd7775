// Filming with the browser's camera: moves are shown one after another, pieces are sent as they come.

import { $, ask, length, send, tell, watch } from "./app.js";

const PIECE = 2000, AGAIN = 1000; // milliseconds
// VP8 first: slow computers keep up with it.
const KINDS = ["video/webm;codecs=vp8", "video/webm;codecs=vp9", "video/webm", "video/mp4"];

let camera = null, recorder = null, timer = null;

$("who").addEventListener("submit", async (event) => {
  event.preventDefault();
  if (!navigator.mediaDevices || !window.MediaRecorder) {
    return tell("This browser lends no camera here. Open the studio on the computer it runs on, at 127.0.0.1.");
  }
  try {
    camera = await navigator.mediaDevices.getUserMedia({ audio: false, video: { width: { ideal: 1280 }, height: { ideal: 720 }, frameRate: { ideal: 30 } } });
  } catch (error) {
    return tell(error.name === "NotAllowedError" ? "The browser may not use the camera. Allow it for this address, then try again." : "No camera was found. Plug one in, or add a film that you have.");
  }
  tell("");
  $("camera").srcObject = camera;
  await $("camera").play();
  $("who").hidden = true;
  $("filming").hidden = false;
  $("begin").focus();
  return null;
});

$("begin").addEventListener("click", async () => {
  $("begin").hidden = true;
  const made = await ask("/api/recordings", { name: $("name").value, agrees: $("agrees").checked }).catch(() => null);
  if (!made) { $("begin").hidden = false; return; }
  $("stop").hidden = false;
  const mimeType = KINDS.find((kind) => MediaRecorder.isTypeSupported(kind));
  recorder = new MediaRecorder(camera, { mimeType, videoBitsPerSecond: 8e6 });
  let sent = 0, sending = Promise.resolve();
  // Pieces go one after another; one that got no answer is sent again until it does.
  const post = async (piece) => {
    for (;;) {
      try {
        sent = (await send(`/api/recordings/${made.id}/part?at=${sent}`, piece, "video/webm")).size;
        return;
      } catch (error) {
        if (error.message !== "no answer") { stop(); return; }
        await new Promise((later) => { setTimeout(later, AGAIN); });
      }
    }
  };
  recorder.addEventListener("dataavailable", (event) => { if (event.data.size) sending = sending.then(() => post(event.data)); });
  recorder.addEventListener("stop", async () => {
    $("move").textContent = "Keeping it …";
    $("stop").hidden = true;
    await sending;
    for (const track of camera.getTracks()) track.stop();
    const person = await ask(`/api/recordings/${made.id}/end`).catch(() => null);
    if (person) location.href = "/person";
  });
  recorder.start(PIECE);
  guide(made.moves, made.countdown);
});

/** Show what to do, by the clock, until the last move is done. */
function guide(moves, countdown) {
  const begun = performance.now(), all = countdown + moves.reduce((sum, move) => sum + move.seconds, 0);
  let told = "";
  const show = () => {
    const now = (performance.now() - begun) / 1000;
    let end = countdown, place = 0;
    while (place < moves.length && now >= end) end += moves[place++].seconds;
    const words = place ? moves[place - 1].words : `Get ready: ${moves[0].words}`;
    if (words !== told) { told = words; $("move").textContent = words; }
    const next = place && moves[place] ? ` · then: ${moves[place].words}` : "";
    $("next").textContent = `${Math.max(0, Math.ceil(end - now))} s${next} · ${length(all - now)} in all`;
    $("share").value = Math.min(1, now / all);
    if (now >= all) stop();
  };
  show();
  timer = setInterval(show, 200);
}

function stop() {
  clearInterval(timer);
  if (recorder?.state === "recording") recorder.stop();
}

$("stop").addEventListener("click", stop);
watch(() => {});
