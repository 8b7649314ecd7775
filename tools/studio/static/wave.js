// A waveform from peaks that the server computed: forty a second, 0 to 255.

export const PEAKS_A_SECOND = 40;

export async function peaksOf(song) {
  const answer = await fetch(`/files/songs/${song}/peaks`);
  return answer.ok ? new Uint8Array(await answer.arrayBuffer()) : new Uint8Array();
}

/** Draw peaks over the whole width of a canvas, in its colour; beats are ticks below, bars longer ones. */
export function drawWave(canvas, peaks, seconds, beats = [], bars = []) {
  const ratio = devicePixelRatio || 1;
  const width = canvas.clientWidth, height = canvas.clientHeight;
  canvas.width = Math.round(width * ratio);
  canvas.height = Math.round(height * ratio);
  const pen = canvas.getContext("2d");
  pen.scale(ratio, ratio);
  pen.fillStyle = getComputedStyle(canvas).color;
  const middle = height / 2, bar = 2, gap = 1;
  for (let x = 0; x < width; x += bar + gap) {
    const from = Math.floor((x / width) * seconds * PEAKS_A_SECOND);
    const to = Math.max(from + 1, Math.floor(((x + bar + gap) / width) * seconds * PEAKS_A_SECOND));
    let loudest = 0;
    for (let at = from; at < to; at++) loudest = Math.max(loudest, peaks[at] || 0);
    const tall = Math.max(1, (loudest / 255) * (height - 4));
    pen.fillRect(x, middle - tall / 2, bar, tall);
  }
  const first = new Set(bars), style = getComputedStyle(canvas);
  for (const beat of beats) {
    const tall = first.has(beat) ? 14 : 6;
    pen.fillStyle = first.has(beat) ? style.getPropertyValue("--ink") : style.getPropertyValue("--edge");
    pen.fillRect((beat / seconds) * width, height - tall, first.has(beat) ? 2 : 1, tall);
  }
}
