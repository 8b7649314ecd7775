// The songs there are, and new ones.

import { $, ask, clock, element, send, tell, watch } from "./app.js";
import { drawWave, peaksOf } from "./wave.js";

const shown = new Map();

function card(song) {
  const ready = song.state === "ready";
  const about = ready ? `${clock(song.seconds)} · ${Math.round(song.tempo)} beats a minute` : "Listening to it …";
  const made = element("li", { className: "card" }, element("h2", {}, song.label), element("p", { className: "small" }, about));
  if (song.state === "failed") {
    made.querySelector("p").textContent = song.reason;
    return made;
  }
  const wave = element("canvas", { className: "small-wave", "aria-hidden": "true" });
  const button = element("button", { type: "button", className: "button primary", disabled: !ready }, "Dance to this");
  button.setAttribute("aria-label", `Dance to ${song.label}`);
  button.addEventListener("click", () => begin(song.id, button));
  const more = element("a", { className: "button", href: `/song/${song.id}` }, "Beats and sections");
  more.setAttribute("aria-label", `Beats and sections of ${song.label}`);
  made.append(wave, element("div", { className: "row" }, button, ...(ready ? [more] : [])));
  if (ready) {
    const sound = element("audio", { controls: true, preload: "none", src: `/files/songs/${song.id}/sound` });
    sound.setAttribute("aria-label", `Listen to ${song.label}`);
    made.append(sound);
    peaksOf(song.id).then((peaks) => drawWave(wave, peaks, song.seconds));
  }
  return made;
}

async function begin(song, button) {
  button.disabled = true;
  try {
    const dance = await ask("/api/dances", { song });
    location.href = `/dance/${dance.id}`;
  } catch {
    button.disabled = false;
  }
}

async function add(file) {
  if (!file) return;
  tell("");
  $("coming").textContent = `Adding ${file.name} and listening to it …`;
  try {
    const type = /^(audio|video)\/[a-z0-9.+-]+$/.test(file.type) ? file.type : "application/octet-stream";
    await send(`/api/songs?name=${encodeURIComponent(file.name)}`, file, type);
    $("coming").textContent = `${file.name} is ready.`;
  } catch {
    $("coming").textContent = "";
  }
  $("file").value = "";
}

$("file").addEventListener("change", () => add($("file").files[0]));
for (const kind of ["dragover", "drop"]) {
  addEventListener(kind, (event) => {
    event.preventDefault();
    if (kind === "drop") add(event.dataTransfer.files[0]);
  });
}

watch((state) => {
  for (const song of state.songs) {
    const told = JSON.stringify(song);
    if (shown.get(song.id)?.told === told) continue;
    const made = card(song);
    if (shown.has(song.id)) shown.get(song.id).made.replaceWith(made);
    else $("songs").prepend(made);
    shown.set(song.id, { told, made });
  }
  for (const [song, { made }] of shown) {
    if (!state.songs.some((each) => each.id === song)) { made.remove(); shown.delete(song); }
  }
  const ours = shown.get("builtin");
  if (ours && ours.made !== $("songs").lastElementChild) $("songs").append(ours.made);
});
