'use strict';
// Both films lie side by side in one; the canvas shows them one over the other, cut at a slider,
// or what differs between them, made four times brighter.
const film = document.getElementById('film');
const shown = document.getElementById('compared');
const [cut, time, mode, play] = ['cut', 'time', 'mode', 'play'].map(id => document.getElementById(id));
const pen = shown.getContext('2d');
const rate = Number(shown.dataset.fps), frames = Number(shown.dataset.frames);

function half(which) { pen.drawImage(film, which * shown.width, 0, shown.width, shown.height, 0, 0, shown.width, shown.height); }
function draw() {
  pen.globalCompositeOperation = 'source-over';
  half(0);
  if (mode.value === 'error') {
    pen.globalCompositeOperation = 'difference';
    half(1);
    pen.globalCompositeOperation = 'lighter';  // twice as bright each time
    pen.drawImage(shown, 0, 0);
    pen.drawImage(shown, 0, 0);
    return;
  }
  const at = Math.round(cut.value / 100 * shown.width);
  pen.save();
  pen.beginPath(); pen.rect(at, 0, shown.width - at, shown.height); pen.clip();
  half(1);
  pen.restore();
  pen.fillStyle = '#fff';
  pen.fillRect(at - 1, 0, 2, shown.height);
}
function number() { return Math.min(frames - 1, Math.floor(film.currentTime * rate + 0.01)); }
function follow() {
  draw();
  if (document.activeElement !== time || !film.paused) time.value = number();
  document.getElementById('number').textContent = `frame ${number()}`;
  if (!film.paused) requestAnimationFrame(follow);
}
function seek(to) { film.pause(); film.currentTime = (Math.max(0, Math.min(frames - 1, to)) + 0.5) / rate; }
play.addEventListener('click', () => { if (film.paused) film.play(); else film.pause(); });
film.addEventListener('play', () => { play.textContent = 'Pause'; follow(); });
film.addEventListener('pause', () => { play.textContent = 'Play'; });
film.addEventListener('seeked', follow);
film.addEventListener('loadeddata', () => seek(0));
time.addEventListener('input', () => seek(Number(time.value)));
document.getElementById('back').addEventListener('click', () => seek(number() - 1));
document.getElementById('on').addEventListener('click', () => seek(number() + 1));
for (const one of [cut, mode]) one.addEventListener('input', draw);
mode.addEventListener('input', () => { cut.disabled = mode.value === 'error'; });
if (film.readyState > 1) seek(0);
