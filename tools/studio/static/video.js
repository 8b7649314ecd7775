// One video: how it is made, then the video itself.

import { $, ask, element, id, length, others, size, tell, toldOf, watch } from "./app.js";

let shown = false, job = null;

function making(now) {
  job = now;
  $("stage").textContent = now ? toldOf(now) : "This video was not finished.";
  const runs = now?.state === "running", waits = now?.state === "queued";
  $("share").hidden = !runs;
  if (runs && now.share !== null) $("share").value = now.share;
  else $("share").removeAttribute("value");
  const left = runs && now.left !== null ? `About ${length(now.left)} left` : "";
  $("left").textContent = [left, runs && now.stages ? `Part ${now.place} of ${now.stages}` : ""].filter(Boolean).join(" · ");
  $("cancel").hidden = !(runs || waits);
  $("cancel").disabled = Boolean(now?.stopping);
  $("retry").hidden = !["failed", "cancelled", "interrupted"].includes(now?.state);
}

/** Show how much of it was filmed, joined and painted, once that is known. */
function shares(frames) {
  const names = [["filmed", "filmed"], ["joined", "joined between films"], ["painted", "painted by the computer"]];
  const there = names.filter(([name]) => frames?.[name] > 0);
  $("real").hidden = there.length === 0;
  $("shares").replaceChildren(...there.map(([name]) => {
    const made = element("span", { className: name });
    made.style.flexGrow = frames[name];
    return made;
  }));
  $("shares-told").textContent = `Of its pictures: ${there.map(([name, told]) => `${Math.round(100 * frames[name])} % ${told}`).join(", ")}.`;
}

function made(video) {
  shares(video.frames);
  if (shown) return;
  shown = true;
  const path = `/files/videos/${id}/video`;
  $("player").addEventListener("loadedmetadata", () => {
    const { videoWidth: wide, videoHeight: high } = $("player");
    $("player").style.width = `min(100%, ${(70 * wide) / high}vh)`; // no black beside it
  });
  $("player").src = path;
  $("download").href = `${path}?download`;
  $("report").href = `/files/videos/${id}/report`;
  $("size").textContent = `${size(video.bytes)}, marked inside as computer-made.`;
}

if (id) {
  $("cancel").addEventListener("click", () => ask(`/api/jobs/${job.id}`, { do: "cancel" }).catch(() => {}));
  $("retry").addEventListener("click", () => ask(`/api/jobs/${job.id}`, { do: "retry" }).catch(() => {}));
  $("share").addEventListener("submit", async (event) => {
    event.preventDefault();
    const button = $("share").querySelector("button");
    button.disabled = true;
    $("copy").hidden = true;
    $("copied").textContent = "Making the copy …";
    const copy = await ask(`/api/videos/${id}/share`, Object.fromEntries(new FormData($("share")))).catch(() => null);
    button.disabled = false;
    $("copied").textContent = copy ? `${size(copy.bytes)}, ${copy.size.join(" × ")}` : "";
    if (!copy) return;
    $("copy").href = copy.file;
    $("copy").hidden = false;
  });
  $("remove").addEventListener("click", async () => {
    if (!confirm("Remove this video from the computer? The dance stays.")) return;
    await ask(`/api/videos/${id}/remove`).then(() => { location.href = "/video"; }, () => {});
  });
}

watch((state) => {
  if (!id) return;
  const video = state.videos.find((each) => each.id === id);
  if (!video) return tell("This video was removed in another window.");
  others($("videos"), state.videos, "video", (each) => (each.done ? size(each.bytes) : each.job ? toldOf(each.job) : ""));
  $("making").hidden = video.done;
  $("made").hidden = !video.done;
  if (video.done) made(video);
  else making(video.job);
});
