// A sound that plays: its button, its clock, the click on its beats, and the space bar.

import { $, clock } from "./app.js";
import { Click } from "./click.js";

/** Let a page play its sound; `draw` is called with the second that sounds, `follow` while it plays. */
export class Player {
  constructor(draw, follow) {
    this.sound = $("sound");
    this.click = new Click(this.sound);
    this.draw = draw;
    this.follow = follow;
    this.sound.addEventListener("play", () => { $("play").textContent = "Pause"; this.run(); });
    this.sound.addEventListener("pause", () => { $("play").textContent = "Play"; });
    this.sound.addEventListener("seeked", () => this.show());
    $("play").addEventListener("click", () => this.toggle());
    $("click").addEventListener("change", () => this.click.turn($("click").checked));
    addEventListener("resize", () => this.show());
  }

  load(source, seconds, beats, downbeats) {
    if (!this.sound.src) this.sound.src = source;
    this.seconds = seconds;
    this.click.hear(beats, downbeats);
    this.show();
  }

  get at() { return this.sound.currentTime; }

  toggle() { return this.sound.paused ? this.sound.play() : this.sound.pause(); }

  /** Go to a second; while it plays only where people ask for that. */
  to(seconds, asked = true) {
    if (asked || this.sound.paused) { this.sound.currentTime = seconds; this.show(seconds); }
  }

  show(seconds = this.at) {
    if (this.seconds === undefined) return;
    this.draw(seconds);
    $("clock").textContent = `${clock(seconds)} of ${clock(this.seconds)}`;
  }

  run() {
    this.show();
    this.follow();
    if (!this.sound.paused) requestAnimationFrame(() => this.run());
  }
}
