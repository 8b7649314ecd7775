'use strict';
// A click on a pose or section shows its place in the video; what is playing is marked.
const film = document.getElementById('film');
const marked = ['.figure', '.sections button'].map(name => [...document.querySelectorAll(name)]);

function begins(button) { return Number(button.dataset.seconds); }
function mark() {
  for (const buttons of marked) {
    const current = buttons.filter(button => begins(button) <= film.currentTime + 0.05).pop();
    for (const button of buttons) button.setAttribute('aria-current', String(button === current));
  }
}
for (const button of marked.flat()) {
  button.addEventListener('click', () => { film.currentTime = begins(button); mark(); });
}
film.addEventListener('timeupdate', mark);
