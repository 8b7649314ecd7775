// The stick figure: OpenPose's 18 joints on a canvas, at the second that sounds.

const BONES = [
  [1, 2], [2, 3], [3, 4], [1, 5], [5, 6], [6, 7], [1, 8], [8, 9], [9, 10],
  [1, 11], [11, 12], [12, 13], [1, 0], [0, 14], [14, 16], [0, 15], [15, 17],
];
const JOINTS = 18;
const LEFT = new Set([5, 6, 7, 11, 12, 13, 15, 17]);

export class Figure {
  constructor(canvas) {
    this.canvas = canvas;
    this.points = new Float32Array();
    this.fps = 25;
    this.aspect = 1;
  }

  async load(dance, view) {
    const answer = await fetch(`/files/dances/${dance}/figure?${view.revision}`);
    this.points = new Float32Array(await answer.arrayBuffer());
    this.fps = view.fps;
    this.aspect = view.aspect;
    this.fit();
  }

  /** Find the part of the frame that all poses lie in, with some air. */
  fit() {
    const box = [1, 1, 0, 0];
    this.points.forEach((value, place) => {
      if (Number.isNaN(value)) return;
      const axis = place % 2;
      box[axis] = Math.min(box[axis], value);
      box[axis + 2] = Math.max(box[axis + 2], value);
    });
    this.box = [box[0] - 0.03, box[1] - 0.05, box[2] + 0.03, box[3] + 0.03];
  }

  /** Draw the pose of a second. */
  draw(seconds) {
    const frames = this.points.length / (2 * JOINTS);
    if (!frames) return;
    const frame = Math.min(frames - 1, Math.max(0, Math.round(seconds * this.fps)));
    const ratio = devicePixelRatio || 1;
    const box = this.canvas.getBoundingClientRect();
    if (this.canvas.width !== Math.round(box.width * ratio) || this.canvas.height !== Math.round(box.height * ratio)) {
      this.canvas.width = Math.round(box.width * ratio);
      this.canvas.height = Math.round(box.height * ratio);
    }
    const pen = this.canvas.getContext("2d");
    const [x0, y0, x1, y1] = this.box;
    const height = Math.min(this.canvas.height / (y1 - y0), this.canvas.width / ((x1 - x0) * this.aspect));
    const width = height * this.aspect;
    const left = (this.canvas.width - (x0 + x1) * width) / 2, top = (this.canvas.height - (y0 + y1) * height) / 2;
    const style = getComputedStyle(this.canvas);
    const at = (joint) => [0, 1].map((axis) => this.points[(frame * JOINTS + joint) * 2 + axis]);
    const place = ([x, y]) => [left + x * width, top + y * height];
    pen.clearRect(0, 0, this.canvas.width, this.canvas.height);
    pen.lineCap = pen.lineJoin = "round";
    pen.lineWidth = height / 46;
    for (const [from, to] of BONES) {
      const [one, other] = [at(from), at(to)];
      if (Number.isNaN(one[0]) || Number.isNaN(other[0])) continue;
      pen.strokeStyle = LEFT.has(to) ? style.getPropertyValue("--left") : style.getPropertyValue("--right");
      if ([0, 14, 15, 16, 17].includes(to)) pen.strokeStyle = style.color;
      pen.lineWidth = to >= 14 || to === 0 ? height / 80 : height / 46;
      pen.beginPath();
      pen.moveTo(...place(one));
      pen.lineTo(...place(other));
      pen.stroke();
    }
    const head = at(0);
    if (!Number.isNaN(head[0])) {
      pen.fillStyle = style.color;
      pen.beginPath();
      pen.arc(...place(head), height / 42, 0, 2 * Math.PI);
      pen.fill();
    }
  }
}
