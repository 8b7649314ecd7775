// A click on every beat, the first of a bar higher, laid over the sound that plays.

const AHEAD = 0.3, EVERY = 100; // seconds that are planned, milliseconds between two looks

export class Click {
  constructor(sound) {
    this.sound = sound;
    this.beats = [];
    this.bars = new Set();
    this.planned = [];
    for (const kind of ["play", "pause", "seeked", "ended"]) sound.addEventListener(kind, () => this.begin());
  }

  /** Take the seconds of beats, and of those that begin bars. */
  hear(beats, downbeats) {
    this.beats = beats;
    this.bars = new Set(downbeats);
    this.begin();
  }

  turn(on) {
    this.context ??= on ? new AudioContext() : undefined;
    this.on = on;
    this.begin();
  }

  begin() {
    clearInterval(this.timer);
    for (const one of this.planned) one.stop();
    this.planned = [];
    if (!this.on || this.sound.paused) return;
    this.context.resume();
    this.next = this.sound.currentTime;
    this.timer = setInterval(() => this.plan(), EVERY);
    this.plan();
  }

  plan() {
    const now = this.sound.currentTime, until = now + AHEAD;
    for (const beat of this.beats) {
      if (beat >= this.next && beat < until) this.click(this.context.currentTime + Math.max(0, beat - now), this.bars.has(beat));
    }
    this.next = Math.max(this.next, until);
  }

  click(at, isFirst) {
    const tone = this.context.createOscillator(), loud = this.context.createGain();
    tone.frequency.value = isFirst ? 1600 : 1000;
    loud.gain.setValueAtTime(0.5, at);
    loud.gain.exponentialRampToValueAtTime(0.001, at + 0.05);
    tone.connect(loud).connect(this.context.destination);
    tone.start(at);
    tone.stop(at + 0.06);
    this.planned = [...this.planned.slice(-8), tone];
  }
}
