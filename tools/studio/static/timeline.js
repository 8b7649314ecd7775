// The steps of a dance as focusable buttons over the waveform; one of them is chosen.

import { $, element, words } from "./app.js";
import { drawWave } from "./wave.js";

const PIXELS_A_SECOND = 44;

export class Timeline {
  constructor(onChoose) {
    this.onChoose = onChoose;
    this.chosen = -1;
    this.view = null;
    this.peaks = new Uint8Array();
    $("steps").addEventListener("keydown", (event) => this.walk(event));
  }

  show(view, peaks) {
    this.view = view;
    this.peaks = peaks;
    const focused = $("steps").contains(document.activeElement);
    this.chosen = Math.min(this.chosen, view.steps.length - 1);
    $("track").style.width = `max(100%, ${Math.round(view.seconds * PIXELS_A_SECOND)}px)`;
    const percent = (seconds) => `${(100 * seconds) / view.seconds}%`;
    $("sections").replaceChildren(...view.sections.map((section) => {
      const made = element("span", { className: section.chorus ? "chorus" : "" }, section.chorus ? `${section.label} chorus` : section.label);
      made.style.left = percent(section.start);
      made.style.width = percent(section.end - section.start);
      return made;
    }));
    $("steps").replaceChildren(...view.steps.map((step, place) => {
      const made = element("button", { type: "button", className: "step", tabIndex: place === Math.max(0, this.chosen) ? 0 : -1 }, words(step.action));
      made.setAttribute("aria-label", `Step ${place + 1}, ${words(step.action)}${step.mirrored ? ", mirrored" : ""}${step.locked ? ", kept" : ""}, ${step.beats} beats`);
      made.setAttribute("aria-pressed", place === this.chosen);
      if (step.locked) made.classList.add("locked");
      if (step.mirrored) made.classList.add("mirrored");
      made.style.left = percent(step.start);
      made.style.width = percent(step.end - step.start);
      made.style.setProperty("--energy", step.energy);
      made.addEventListener("click", () => this.choose(place));
      made.addEventListener("focus", () => { if (this.chosen !== place) this.choose(place); });
      return made;
    }));
    this.draw();
    if (focused && this.chosen >= 0) this.button(this.chosen).focus();
  }

  draw() {
    if (this.view) drawWave($("wave"), this.peaks, this.view.seconds);
  }

  button(place) {
    return $("steps").children[place];
  }

  choose(place) {
    if (!this.view.steps.length) return;
    const old = this.button(Math.max(0, this.chosen));
    if (old) { old.setAttribute("aria-pressed", false); old.tabIndex = -1; }
    this.chosen = place;
    const now = this.button(place);
    now.setAttribute("aria-pressed", true);
    now.tabIndex = 0;
    now.focus({ preventScroll: true });
    const calm = matchMedia("(prefers-reduced-motion: reduce)").matches;
    now.scrollIntoView({ block: "nearest", inline: "nearest", behavior: calm ? "auto" : "smooth" });
    this.onChoose(place, this.view.steps[place]);
  }

  walk(event) {
    const last = this.view.steps.length - 1;
    const to = { ArrowLeft: this.chosen - 1, ArrowRight: this.chosen + 1, Home: 0, End: last }[event.key];
    if (to === undefined || event.altKey || event.ctrlKey || event.metaKey) return;
    event.preventDefault();
    this.choose(Math.min(last, Math.max(0, to)));
  }

  /** Show what sounds: the playhead, and the step under it. */
  at(seconds) {
    if (!this.view) return;
    $("playhead").style.left = `${(100 * seconds) / this.view.seconds}%`;
    const now = this.view.steps.findIndex((step) => step.start <= seconds && seconds < step.end);
    if (now === this.now) return;
    this.button(this.now)?.classList.remove("now");
    this.button(now)?.classList.add("now");
    this.now = now;
  }

  /** Keep the playhead in sight while it plays. */
  follow() {
    const strip = $("track").parentElement, head = $("playhead").offsetLeft;
    if (head < strip.scrollLeft || head > strip.scrollLeft + strip.clientWidth - 40) strip.scrollLeft = head - 40;
  }
}
