// One dance: it plays, its steps are chosen and changed, its video is made.

import { $, ask, clock, element, id, others, tell, watch, words } from "./app.js";
import { Figure } from "./figure.js";
import { Player } from "./player.js";
import { Timeline, realWords } from "./timeline.js";
import { peaksOf } from "./wave.js";

if (!id) watch(() => {});
else {
  const figure = new Figure($("figure"));
  const timeline = new Timeline({ step: chooseStep, section: chooseSection, move });
  const player = new Player(draw, () => timeline.follow());
  let dance = null, view = null, busy = false, peaks = null, real = null;

  const kinds = await (await fetch("/api/actions")).json();
  $("action").append(...kinds.map((kind) => element("option", { value: kind.name }, words(kind.name))));

  const share = (energy) => `${Math.round(100 * energy)} %`;

  function chooseStep(place) {
    const step = view.steps[place];
    panel("step");
    $("chosen").textContent = `${words(step.action)}${step.mirrored ? ", mirrored" : ""}`;
    $("chosen-when").textContent = `Step ${place + 1} of ${view.steps.length} · ${clock(step.start)} · ${step.beats} beats · section ${step.section || "–"}`;
    for (const name of [...(view.moves || []), step.action]) {
      if (![...$("action").options].some((option) => option.value === name)) $("action").prepend(element("option", { value: name }, words(name)));
    }
    $("action").value = step.action;
    $("energy").value = step.energy;
    $("energy-told").textContent = share(step.energy);
    $("mirror").setAttribute("aria-pressed", step.mirrored);
    $("lock").setAttribute("aria-pressed", step.locked);
    $("reroll").disabled = step.locked;
    $("earlier").disabled = place === 0;
    $("later").disabled = place === view.steps.length - 1;
    tellReal(place);
    player.to(step.start, false);
  }

  function tellReal(place) {
    const made = real?.steps[place];
    $("real").textContent = made ? `In the video: ${realWords(made)}${made.filmed > 0.95 ? "." : ". What was never filmed looks less real."}` : "";
  }

  /** Ask how real each step will be; an answer about an earlier state of the dance is left. */
  async function askReal() {
    const revision = dance.revision;
    real = null;
    const answer = await fetch(`/api/dances/${id}/made`).catch(() => null);
    const made = answer?.ok ? await answer.json() : null;
    if (!made || made.revision !== dance.revision || revision !== dance.revision) return;
    real = made;
    timeline.real(made.steps);
    $("legend").hidden = !made.steps.length;
    if (timeline.step >= 0) tellReal(timeline.step);
  }

  function chooseSection(place) {
    const section = view.sections[place], inside = stepsOf(place).map(([step]) => step);
    panel("section");
    $("real").textContent = "";
    $("chosen").textContent = `Section ${section.label}${section.chorus ? ", chorus" : ""}`;
    $("chosen-when").textContent = `${place + 1} of ${view.sections.length} · ${clock(section.start)} to ${clock(section.end)} · ${inside.length} steps`;
    const energy = inside.reduce((sum, step) => sum + step.energy, 0) / Math.max(1, inside.length);
    $("section-energy").value = energy;
    $("section-energy-told").textContent = share(energy);
    for (const each of $("section-controls").querySelectorAll("select, input, button")) each.disabled = !inside.length;
    player.to(section.start, false);
  }

  function panel(kind) {
    $("controls").hidden = kind !== "step";
    $("section-controls").hidden = kind !== "section";
  }

  /** The steps that begin in a section, with their places. */
  function stepsOf(place) {
    const section = view.sections[place], last = place === view.sections.length - 1;
    return view.steps.map((step, at) => [step, at]).filter(([step]) => step.start >= section.start - 0.01 && (last || step.start < section.end - 0.01));
  }

  function ends(place) {
    const inside = stepsOf(place);
    return [inside[0][1], inside.at(-1)[1]];
  }

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

  function changeStep(does, more = {}) { if (timeline.step >= 0) change({ do: does, step: timeline.step, ...more }); }

  function move(from, to) {
    if (from === to) return;
    change({ do: "swap", step: from, to });
    last = last.then(() => { if (view.steps[to]) timeline.choose("steps", to); });
  }

  function reroll() {
    if (timeline.step >= 0) return change({ do: "reroll", step: timeline.step, to: timeline.step });
    if (timeline.section < 0) return null;
    const [step, to] = ends(timeline.section), style = $("section-style").value;
    return change({ do: "reroll", step, to, ...(style ? { style } : {}) });
  }

  async function load(now) {
    dance = now;
    view = await (await fetch(`/files/dances/${id}/view?${now.revision}`)).json();
    peaks ??= await peaksOf(now.song);
    await figure.load(id, view);
    $("waiting").hidden = true;
    $("studio").hidden = false;
    timeline.show(view, peaks);
    player.load(`/files/dances/${id}/sound`, view.seconds, view.beats || [], view.downbeats || []);
    $("moment").hidden = true;
    askReal();
    $("undo").disabled = now.revision <= 1;
    $("redo").disabled = now.revision >= now.newest;
    if (timeline.step >= 0) chooseStep(timeline.step);
    else if (timeline.section >= 0) chooseSection(timeline.section);
  }

  function draw(seconds) {
    figure.draw(seconds);
    const now = timeline.at(seconds);
    $("now").textContent = now ? words(now.action) : "";
  }

  $("undo").addEventListener("click", () => change({ do: "undo" }));
  $("redo").addEventListener("click", () => change({ do: "redo" }));
  $("mirror").addEventListener("click", () => changeStep("mirror"));
  $("remove").addEventListener("click", () => changeStep("remove"));
  $("lock").addEventListener("click", () => changeStep("lock"));
  $("earlier").addEventListener("click", () => move(timeline.step, timeline.step - 1));
  $("later").addEventListener("click", () => move(timeline.step, timeline.step + 1));
  for (const name of ["reroll", "section-reroll"]) $(name).addEventListener("click", reroll);
  $("section-style").addEventListener("change", () => { if ($("section-style").value) reroll(); });
  $("action").addEventListener("change", () => changeStep("action", { to: $("action").value }));
  for (const name of ["energy", "section-energy"]) $(name).addEventListener("input", () => { $(`${name}-told`).textContent = share($(name).value); });
  $("energy").addEventListener("change", () => changeStep("energy", { to: Number($("energy").value) }));
  $("section-energy").addEventListener("change", () => {
    const [step, to] = ends(timeline.section);
    change({ do: "energy", step, last: to, to: Number($("section-energy").value) });
  });
  $("wave").addEventListener("click", (event) => player.to((event.offsetX / $("wave").clientWidth) * view.seconds));
  addEventListener("resize", () => timeline.draw());

  addEventListener("keydown", (event) => {
    if (!view || event.target.matches("input, select, textarea")) return;
    const plain = !event.ctrlKey && !event.metaKey && !event.altKey, key = event.key.toLowerCase();
    const onStep = event.target.matches(".step"), onSection = event.target.matches(".section");
    if (key === "z" && (event.ctrlKey || event.metaKey)) {
      event.preventDefault();
      change({ do: event.shiftKey ? "redo" : "undo" });
    } else if (!plain) return;
    else if (key === " " && (onStep || onSection || event.target === document.body || event.target.id === "main")) {
      event.preventDefault();
      player.toggle();
    } else if (key === "r" && (onStep || onSection)) reroll();
    else if (!onStep) return;
    else if (key === "m") changeStep("mirror");
    else if (key === "l") changeStep("lock");
    else if (key === "delete") changeStep("remove");
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

  $("look").addEventListener("click", async () => {
    const { background, label } = Object.fromEntries(new FormData($("video")));
    $("look").disabled = true;
    $("looking").textContent = "It is being made …";
    await last;
    try {
      const made = await ask(`/api/dances/${id}/look`, { at: player.at, background, label });
      $("moment").src = `${made.file}?${Date.now()}`;
      $("moment").hidden = false;
    } catch { /* told on the page */ }
    $("look").disabled = false;
    $("looking").textContent = "";
  });

  $("again").addEventListener("submit", async (event) => {
    event.preventDefault();
    const { style, energy, moves } = Object.fromEntries(new FormData($("again")));
    const seed = Math.floor(Math.random() * 2 ** 30), own = moves === "own";
    const made = await ask("/api/dances", { song: dance.song, style, energy: Number(energy), seed, own }).catch(() => null);
    if (made) location.href = `/dance/${made.id}`;
  });

  watch((state) => {
    const now = state.dances.find((each) => each.id === id);
    const person = state.people.find((each) => each.id === state.chosen);
    others($("dances"), state.dances, "dance", (each) => `${each.style}, ${each.steps ?? "no"} steps`);
    $("moves").hidden = !person?.filmed;
    $("whose").textContent = person?.label || "";
    if (!now) return tell("This dance was removed in another window.");
    if (now.state === "failed") { $("waiting").textContent = now.reason; return; }
    if (now.state === "ready" && now.revision !== dance?.revision && !busy) load(now);
  });
}
