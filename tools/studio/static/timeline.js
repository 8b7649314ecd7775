// Sections and steps of a dance as focusable buttons over the waveform; one of them is chosen.

import { $, calm, element, words } from "./app.js";
import { drawWave } from "./wave.js";

export const PIXELS_A_SECOND = 60;
const DRAGGED = 6; // pixels from which on a press is a drag

/** How much of a step is filmed, in words. */
export function realWords(made) {
  const percent = (share) => Math.round(100 * share);
  if (made.filmed > 0.95) return "as filmed";
  if (made.painted > 0.95) return "painted";
  return `${percent(made.filmed)} % filmed, ${percent(made.joined)} % joined, ${percent(made.painted)} % painted`;
}

export class Timeline {
  /** `on` has step(place), section(place), and move(place, to). */
  constructor(on) {
    this.on = on;
    this.kind = "steps";
    this.chosen = -1;
    this.view = null;
    this.peaks = new Uint8Array();
    for (const kind of ["steps", "sections"]) $(kind).addEventListener("keydown", (event) => this.walk(event, kind));
    $("steps").addEventListener("pointerdown", (event) => this.grab(event));
  }

  get step() { return this.kind === "steps" ? this.chosen : -1; }

  get section() { return this.kind === "sections" ? this.chosen : -1; }

  show(view, peaks) {
    this.view = view;
    this.peaks = peaks;
    const focused = $(this.kind).contains(document.activeElement);
    this.chosen = Math.min(this.chosen, view[this.kind].length - 1);
    $("track").style.width = `max(100%, ${Math.round(view.seconds * PIXELS_A_SECOND)}px)`;
    $("sections").replaceChildren(...view.sections.map((section, place) => {
      const made = this.made("sections", place, section, section.chorus ? `${section.label} chorus` : section.label);
      if (section.chorus) made.classList.add("chorus");
      made.setAttribute("aria-label", `Section ${section.label}${section.chorus ? ", chorus" : ""}, ${place + 1} of ${view.sections.length}`);
      return made;
    }));
    $("steps").replaceChildren(...view.steps.map((step, place) => {
      const name = words(step.action), made = this.made("steps", place, step, name);
      made.title = name;
      made.setAttribute("aria-label", `Step ${place + 1}, ${name}${step.mirrored ? ", mirrored" : ""}${step.locked ? ", kept" : ""}, ${step.beats} beats`);
      if (step.locked) made.classList.add("locked");
      if (step.mirrored) made.classList.add("mirrored");
      made.style.setProperty("--energy", step.energy);
      return made;
    }));
    this.now = undefined;
    this.draw();
    if (focused && this.chosen >= 0) this.button(this.chosen).focus();
  }

  made(kind, place, span, text) {
    const percent = (seconds) => `${(100 * seconds) / this.view.seconds}%`;
    const isChosen = this.kind === kind && place === this.chosen;
    const first = this.kind === kind ? Math.max(0, this.chosen) : 0;
    const made = element("button", { type: "button", className: kind === "steps" ? "step" : "section", tabIndex: place === first ? 0 : -1 }, element("span", {}, text));
    made.setAttribute("aria-pressed", isChosen);
    made.style.left = percent(span.start);
    made.style.width = percent(span.end - span.start);
    made.addEventListener("click", () => this.choose(kind, place));
    made.addEventListener("focus", () => { if (this.kind !== kind || this.chosen !== place) this.choose(kind, place); });
    return made;
  }

  draw() {
    if (this.view) drawWave($("wave"), this.peaks, this.view.seconds);
  }

  button(place, kind = this.kind) { return $(kind).children[place]; }

  choose(kind, place) {
    if (!this.view[kind].length) return;
    this.button(this.chosen)?.setAttribute("aria-pressed", false);
    this.kind = kind;
    this.chosen = place;
    for (const each of $(kind).children) each.tabIndex = -1;
    const now = this.button(place);
    now.setAttribute("aria-pressed", true);
    now.tabIndex = 0;
    now.focus({ preventScroll: true });
    now.scrollIntoView({ block: "nearest", inline: "nearest", behavior: calm() ? "auto" : "smooth" });
    if (kind === "steps") this.on.step(place);
    else this.on.section(place);
  }

  walk(event, kind) {
    const here = [...$(kind).children].indexOf(event.target), last = this.view[kind].length - 1;
    const to = { ArrowLeft: here - 1, ArrowRight: here + 1, Home: 0, End: last }[event.key];
    if (to === undefined || here < 0 || event.altKey || event.ctrlKey || event.metaKey) return;
    event.preventDefault();
    const place = Math.min(last, Math.max(0, to));
    if (event.shiftKey && kind === "steps") this.on.move(here, place);
    else this.choose(kind, place);
  }

  /** Drag a step with mouse or pen; a finger swipes the timeline. */
  grab(event) {
    const made = event.target.closest(".step");
    if (!made || event.button !== 0 || event.pointerType === "touch") return;
    const from = [...$("steps").children].indexOf(made), begun = event.clientX;
    let to = from, drags = false;
    made.setPointerCapture(event.pointerId);
    const drag = (now) => {
      drags ||= Math.abs(now.clientX - begun) > DRAGGED;
      if (!drags) return;
      made.classList.add("dragged");
      made.style.translate = `${now.clientX - begun}px`;
      const box = $("track").getBoundingClientRect();
      const seconds = ((now.clientX - box.left) / box.width) * this.view.seconds;
      const found = this.view.steps.findIndex((step) => step.start <= seconds && seconds < step.end);
      this.button(to, "steps").classList.remove("target");
      to = found < 0 ? from : found;
      if (to !== from) this.button(to, "steps").classList.add("target");
    };
    const drop = (now) => {
      for (const [kind, does] of [["pointermove", drag], ["pointerup", drop], ["pointercancel", drop]]) made.removeEventListener(kind, does);
      made.classList.remove("dragged");
      made.style.translate = "";
      this.button(to, "steps")?.classList.remove("target");
      if (now.type === "pointerup" && to !== from) this.on.move(from, to);
    };
    for (const [kind, does] of [["pointermove", drag], ["pointerup", drop], ["pointercancel", drop]]) made.addEventListener(kind, does);
  }

  /** Show by a thin line under each step how much of it is filmed, and say it. */
  real(steps) {
    steps.forEach((made, place) => {
      const button = this.button(place, "steps");
      if (!button) return;
      button.classList.add("known");
      button.style.setProperty("--filmed", made.filmed);
      button.style.setProperty("--joined", made.filmed + made.joined);
      button.title += `, ${realWords(made)}`;
    });
  }

  /** Show what sounds: the playhead, and the step under it; return that. */
  at(seconds) {
    if (!this.view) return null;
    $("playhead").style.left = `${(100 * seconds) / this.view.seconds}%`;
    const now = this.view.steps.findIndex((step) => step.start <= seconds && seconds < step.end);
    if (now !== this.now) {
      this.button(this.now, "steps")?.classList.remove("now");
      this.button(now, "steps")?.classList.add("now");
      this.now = now;
    }
    return this.view.steps[now] || null;
  }

  /** Keep the playhead in sight while it plays. */
  follow() {
    const strip = $("track").parentElement, head = $("playhead").offsetLeft;
    if (head < strip.scrollLeft || head > strip.scrollLeft + strip.clientWidth - 40) strip.scrollLeft = head - 40;
  }
}
