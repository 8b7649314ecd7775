// One dance: it plays, its steps are chosen and changed, its video is made.

import { $, ask, clock, element, id, others, tell, watch, words } from "./app.js";
import { Figure } from "./figure.js";
import { Timeline } from "./timeline.js";
import { peaksOf } from "./wave.js";

if (!id) watch(() => {});
else {
  const figure = new Figure($("figure"));
  const timeline = new Timeline(choose);
  const sound = $("sound");
  let dance = null, view = null, busy = false, peaks = null;

  const kinds = await (await fetch("/api/actions")).json();
  $("action").append(...kinds.map((kind) => element("option", { value: kind.name }, words(kind.name))));

  function choose(place, step) {
    $("controls").hidden = false;
    $("chosen").textContent = `${words(step.action)}${step.mirrored ? ", mirrored" : ""}`;
    $("chosen-when").textContent = `Step ${place + 1} of ${view.steps.length} · ${clock(step.start)} · ${step.beats} beats · section ${step.section || "–"}`;
    if (!kinds.some((kind) => kind.name === step.action)) $("action").prepend(element("option", { value: step.action }, words(step.action)));
    $("action").value = step.action;
    $("energy").value = step.energy;
    $("energy-told").textContent = `${Math.round(100 * step.energy)} %`;
    $("mirror").setAttribute("aria-pressed", step.mirrored);
    $("lock").setAttribute("aria-pressed", step.locked);
    $("reroll").disabled = step.locked;
    if (sound.paused) { sound.currentTime = step.start; draw(step.start); }
  }

  /** The steps from the first to the last of the chosen step's section. */
  function sectionOf(place) {
    const section = view.sections.find((each) => each.end > view.steps[place].start);
    const inside = view.steps.map((step, at) => [step, at]).filter(([step]) => step.start >= section.start && step.start < section.end);
    return { step: inside[0][1], to: inside.at(-1)[1] };
  }

  const reroll = () => change({ do: "reroll", step: timeline.chosen, to: timeline.chosen });
  const lock = () => change({ do: "lock", step: timeline.chosen });

  // Changes made while one is on its way are kept, and made after it.
  let last = Promise.resolve();
  const change = (what) => (last = last.then(() => apply(what)));

  async function apply(what) {
    if (!dance) return;
    busy = true;
    document.body.classList.add("busy");
    try {
      await load(await ask(`/api/dances/${id}`, { revision: dance.revision, ...what }));
    } catch { /* told on the page; the next state shows the dance as it is */ }
    busy = false;
    document.body.classList.remove("busy");
  }

  async function load(now) {
    dance = now;
    view = await (await fetch(`/files/dances/${id}/view?${now.revision}`)).json();
    peaks ??= await peaksOf(now.song);
    await figure.load(id, view);
    $("waiting").hidden = true;
    $("studio").hidden = false;
    if (!sound.src) sound.src = `/files/dances/${id}/sound`;
    timeline.show(view, peaks);
    $("undo").disabled = now.revision <= 1;
    $("redo").disabled = now.revision >= now.newest;
    $("controls").hidden = timeline.chosen < 0 || !view.steps.length;
    if (timeline.chosen >= 0 && view.steps.length) choose(timeline.chosen, view.steps[timeline.chosen]);
    draw(sound.currentTime);
  }

  function draw(seconds) {
    figure.draw(seconds);
    timeline.at(seconds);
    $("clock").textContent = `${clock(seconds)} of ${clock(view.seconds)}`;
  }

  function follow() {
    if (!view) return;
    draw(sound.currentTime);
    timeline.follow();
    if (!sound.paused) requestAnimationFrame(follow);
  }

  const play = () => (sound.paused ? sound.play() : sound.pause());
  sound.addEventListener("play", () => { $("play").textContent = "Pause"; follow(); });
  sound.addEventListener("pause", () => { $("play").textContent = "Play"; });
  sound.addEventListener("seeked", () => { if (view) draw(sound.currentTime); });
  $("play").addEventListener("click", play);
  $("undo").addEventListener("click", () => change({ do: "undo" }));
  $("redo").addEventListener("click", () => change({ do: "redo" }));
  $("mirror").addEventListener("click", () => change({ do: "mirror", step: timeline.chosen }));
  $("remove").addEventListener("click", () => change({ do: "remove", step: timeline.chosen }));
  $("reroll").addEventListener("click", reroll);
  $("lock").addEventListener("click", lock);
  $("section").addEventListener("click", () => change({ do: "reroll", ...sectionOf(timeline.chosen) }));
  $("action").addEventListener("change", () => change({ do: "action", step: timeline.chosen, to: $("action").value }));
  $("energy").addEventListener("input", () => { $("energy-told").textContent = `${Math.round(100 * $("energy").value)} %`; });
  $("energy").addEventListener("change", () => change({ do: "energy", step: timeline.chosen, to: Number($("energy").value) }));
  $("wave").addEventListener("click", (event) => { sound.currentTime = (event.offsetX / $("wave").clientWidth) * view.seconds; });

  addEventListener("keydown", (event) => {
    if (!view || event.target.matches("input, select, textarea")) return;
    const plain = !event.ctrlKey && !event.metaKey && !event.altKey;
    const onStep = event.target.matches(".step") && timeline.chosen >= 0;
    if (event.key.toLowerCase() === "z" && (event.ctrlKey || event.metaKey)) {
      event.preventDefault();
      change({ do: event.shiftKey ? "redo" : "undo" });
    } else if (plain && event.key === " " && (onStep || event.target === document.body || event.target.id === "main")) {
      event.preventDefault();
      play();
    } else if (plain && onStep && event.key.toLowerCase() === "m") change({ do: "mirror", step: timeline.chosen });
    else if (plain && onStep && event.key.toLowerCase() === "r") reroll();
    else if (plain && onStep && event.key.toLowerCase() === "l") lock();
    else if (plain && onStep && event.key === "Delete") change({ do: "remove", step: timeline.chosen });
  });

  $("video").addEventListener("submit", async (event) => {
    event.preventDefault();
    const asked = Object.fromEntries(new FormData($("video")));
    const button = $("video").querySelector("button");
    button.disabled = true;
    await last; // the video shows every change that was made before
    try {
      location.href = `/video/${(await ask("/api/videos", { dance: id, ...asked })).id}`;
    } catch { button.disabled = false; }
  });

  $("again").addEventListener("submit", async (event) => {
    event.preventDefault();
    const asked = Object.fromEntries(new FormData($("again")));
    const seed = Math.floor(Math.random() * 2 ** 30);
    const made = await ask("/api/dances", { song: dance.song, style: asked.style, energy: Number(asked.energy), seed }).catch(() => null);
    if (made) location.href = `/dance/${made.id}`;
  });

  addEventListener("resize", () => { timeline.draw(); if (view) draw(sound.currentTime); });

  watch((state) => {
    const now = state.dances.find((each) => each.id === id);
    others($("dances"), state.dances, "dance", (each) => `${each.style}, ${each.steps ?? "no"} steps`);
    if (!now) return tell("This dance was removed in another window.");
    if (now.state === "failed") { $("waiting").textContent = now.reason; return; }
    if (now.state === "ready" && now.revision !== dance?.revision && !busy) load(now);
  });
}
