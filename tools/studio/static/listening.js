// What was heard in one song: its beats, bars and sections, played with a click, corrected.

import { $, ask, clock, element, id, tell, watch } from "./app.js";
import { Player } from "./player.js";
import { drawWave, peaksOf } from "./wave.js";

const PIXELS_A_SECOND = 24, SETTLED = 500; // milliseconds after the last key

const player = new Player(draw, follow);
let heard = null, peaks = null, song = {}, shown = "", timer = null;

const percent = (seconds) => `${(100 * seconds) / heard.seconds}%`;

function draw(seconds) { $("playhead").style.left = percent(seconds); }

function follow() {
  const strip = $("track").parentElement, head = $("playhead").offsetLeft;
  if (head < strip.scrollLeft || head > strip.scrollLeft + strip.clientWidth - 40) strip.scrollLeft = head - 40;
}

async function load(now) {
  song = now || song;
  heard = await (await fetch(`/files/songs/${id}/heard`, { cache: "no-store" })).json();
  peaks ??= await peaksOf(id);
  $("waiting").hidden = true;
  $("studio").hidden = false;
  $("track").style.width = `max(100%, ${Math.round(heard.seconds * PIXELS_A_SECOND)}px)`;
  $("now").textContent = `${Math.round(heard.tempo)} beats a minute, ${heard.metre} in a bar`;
  for (const each of document.querySelectorAll("[name=shift]")) each.checked = each.value === (song.beats || "");
  const focused = document.activeElement?.dataset?.number;
  $("sections").replaceChildren(...heard.sections.flatMap((section, number) => [name(section), ...(number ? [handle(section, number)] : [])]));
  if (focused) $("sections").querySelector(`[data-number="${focused}"]`)?.focus();
  drawWave($("wave"), peaks, heard.seconds, heard.beats, heard.downbeats);
  player.load(`/files/songs/${id}/sound`, heard.seconds, heard.beats, heard.downbeats);
}

function name(section) {
  const made = element("span", { className: section.chorus ? "chorus" : "" }, section.chorus ? `${section.label} chorus` : section.label);
  made.style.left = percent(section.start);
  made.style.width = percent(section.end - section.start);
  return made;
}

/** A handle where a section begins: a slider for keys, dragged by mouse, pen and finger. */
function handle(section, number) {
  const made = element("button", { type: "button", className: "boundary", role: "slider", "data-number": number });
  const before = heard.sections[number - 1];
  made.setAttribute("aria-label", `Where section ${section.label}, ${number + 1} of ${heard.sections.length}, begins`);
  made.setAttribute("aria-valuemin", Math.round(before.start));
  made.setAttribute("aria-valuemax", Math.round(section.end));
  let now = section.start;
  const show = (seconds) => {
    now = Math.min(section.end, Math.max(before.start, seconds));
    made.style.left = percent(now);
    made.setAttribute("aria-valuenow", Math.round(now * 10) / 10);
    made.setAttribute("aria-valuetext", clock(now));
  };
  const nearest = (times) => times.reduce((one, other) => (Math.abs(other - now) < Math.abs(one - now) ? other : one), times[0]);
  const keep = () => move(number, now);
  show(now);
  made.addEventListener("keydown", (event) => {
    const times = event.key.startsWith("Page") ? heard.downbeats : heard.beats;
    const away = { ArrowLeft: -1, ArrowDown: -1, PageDown: -1, ArrowRight: 1, ArrowUp: 1, PageUp: 1 }[event.key];
    if (!away) return;
    event.preventDefault();
    show(times[times.indexOf(nearest(times)) + away] ?? now);
    clearTimeout(timer);
    timer = setTimeout(keep, SETTLED);
  });
  made.addEventListener("pointerdown", (event) => {
    made.setPointerCapture(event.pointerId);
    const box = $("track").getBoundingClientRect();
    const drag = (at) => { show(((at.clientX - box.left) / box.width) * heard.seconds); show(nearest(heard.beats)); };
    made.addEventListener("pointermove", drag);
    made.addEventListener("lostpointercapture", () => {
      made.removeEventListener("pointermove", drag);
      if (now !== section.start) keep();
    }, { once: true });
  });
  return made;
}

async function move(number, to) {
  await ask(`/api/songs/${id}`, { do: "section", number, to }).then(load, () => load());
}

$("beat").addEventListener("change", async (event) => {
  $("now").textContent = "Listening again …";
  await load(await ask(`/api/songs/${id}`, { do: "beats", to: event.target.value }).catch(() => null));
});
$("dance").addEventListener("click", async () => {
  clearTimeout(timer);
  const dance = await ask("/api/dances", { song: id }).catch(() => null);
  if (dance) location.href = `/dance/${dance.id}`;
});
$("wave").addEventListener("click", (event) => player.to((event.offsetX / $("wave").clientWidth) * heard.seconds));
addEventListener("resize", () => { if (heard) drawWave($("wave"), peaks, heard.seconds, heard.beats, heard.downbeats); });
addEventListener("keydown", (event) => {
  if (event.key !== " " || !heard || event.target.matches("input, a, button:not(.boundary)")) return;
  event.preventDefault();
  player.toggle();
});

watch((state) => {
  const now = state.songs.find((each) => each.id === id), told = JSON.stringify(now);
  if (!now) return tell("This song was removed in another window.");
  if (now.state !== "ready") { $("waiting").textContent = now.reason || "Listening to it …"; return; }
  if (told !== shown) { shown = told; load(now); }
});
