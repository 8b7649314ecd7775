'use strict';
// A blind comparison: which clips are shown, how far they were watched, what was answered.
const $ = id => document.getElementById(id);
const {page: PAGE, questions: QUESTIONS, clips: CLIPS} = JSON.parse($('shown').textContent);
const KEY = 'blind-comparison-' + PAGE;
const WATCH = 0.5;  // share of each dance to be seen before the next pair
const NAMES = Object.keys(QUESTIONS);
let state = load() || fresh();
let pair = 0, current = 0, urls = [];

function fresh() {
  const bytes = crypto.getRandomValues(new Uint8Array(8));
  const session = Array.from(bytes, b => b.toString(16).padStart(2, '0')).join('');
  return {session, participant: '', experience: '', started: false,
          answers: CLIPS.map((_, n) => ({pair: n + 1, watched: {A: 0, B: 0}}))};
}
function load() {
  try {
    const kept = JSON.parse(localStorage.getItem(KEY));
    return kept && kept.answers.length === CLIPS.length ? kept : null;
  } catch (error) { return null; }
}
function keep() {
  try { localStorage.setItem(KEY, JSON.stringify(state)); $('lost').hidden = true; }
  catch (error) { $('lost').hidden = false; }
}
function complete(n) {
  const one = state.answers[n];
  return NAMES.every(name => one[name]) && seen(one);
}
function seen(one) { return one.watched.A >= WATCH && one.watched.B >= WATCH; }
function blobOf(base64) {
  const text = atob(base64), bytes = new Uint8Array(text.length);
  for (let n = 0; n < text.length; n++) bytes[n] = text.charCodeAt(n);
  return URL.createObjectURL(new Blob([bytes], {type: 'video/mp4'}));
}
function screen(name) {
  for (const one of ['start', 'pair', 'end']) $(one).hidden = one !== name;
  for (const one of ['A', 'B']) $('video' + one).pause();
}
function showPair(n) {
  pair = n;
  current = Math.max(0, NAMES.findIndex(name => !state.answers[n][name]));
  urls.forEach(url => URL.revokeObjectURL(url));
  urls = CLIPS[n].map(blobOf);
  ['A', 'B'].forEach((side, k) => { $('video' + side).src = urls[k]; });
  $('title').textContent = 'Song ' + (n + 1) + ' of ' + CLIPS.length;
  screen('pair');
  paint();
}
function paint() {
  const one = state.answers[pair];
  NAMES.forEach((name, k) => {
    $('q-' + name).classList.toggle('current', k === current);
    for (const side of ['A', 'B']) $('q-' + name + '-' + side).checked = one[name] === side;
  });
  $('next').disabled = !complete(pair);
  $('next').textContent = pair + 1 < CLIPS.length ? 'Next song' : 'Finish';
  $('back').disabled = pair === 0;
  $('hint').textContent = seen(one) ? '' : 'Please watch both dances before you go on.';
}
function answer(name, side) {
  state.answers[pair][name] = side;
  keep();
  current = Math.min(NAMES.length - 1, NAMES.indexOf(name) + 1);
  paint();
}
function watched(side) {
  const video = $('video' + side), ranges = video.played, one = state.answers[pair];
  let sum = 0;
  for (let n = 0; n < ranges.length; n++) sum += ranges.end(n) - ranges.start(n);
  const share = video.duration ? Math.min(1, sum / video.duration) : 0;
  if (share > one.watched[side]) { one.watched[side] = Math.round(share * 100) / 100; keep(); }
  paint();
}
function play(side) {
  const video = $('video' + side), other = $('video' + (side === 'A' ? 'B' : 'A'));
  other.pause();
  if (video.paused) { if (video.ended) video.currentTime = 0; video.play(); } else video.pause();
}
function next() {
  if (!complete(pair)) return;
  if (pair + 1 < CLIPS.length) showPair(pair + 1); else showEnd();
}
function back() { if (pair > 0) showPair(pair - 1); }
function showEnd() { screen('end'); $('save').focus(); }
function resume() {
  const open = state.answers.findIndex((_, n) => !complete(n));
  if (open < 0) showEnd(); else showPair(open);
}
function save() {
  const told = {kind: 'blind comparison answers', page: PAGE, session: state.session,
    participant: state.participant, experience: state.experience,
    saved: new Date().toISOString(), answers: state.answers};
  const link = document.createElement('a');
  link.href = URL.createObjectURL(new Blob([JSON.stringify(told, null, 1)],
                                           {type: 'application/json'}));
  link.download = 'answers-' + state.session + '.json';
  link.click();
  $('saved').textContent = 'Saved as ' + link.download + '. Please send that file back.';
}
function keys(event) {
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  if ($('pair').hidden || event.target.matches('input[type=text], select')) return;
  const on = {
    a: () => play('A'), b: () => play('B'),
    ArrowLeft: () => answer(NAMES[current], 'A'), ArrowRight: () => answer(NAMES[current], 'B'),
    ArrowUp: () => { current = Math.max(0, current - 1); paint(); },
    ArrowDown: () => { current = Math.min(NAMES.length - 1, current + 1); paint(); },
    Enter: next, Backspace: back,
  }[event.key.length === 1 ? event.key.toLowerCase() : event.key];
  if (!on || (event.key === 'Enter' && event.target.matches('button'))) return;
  event.preventDefault();
  on();
}
for (const side of ['A', 'B']) {
  const video = $('video' + side);
  $('play' + side).onclick = () => play(side);
  video.onplay = () => {
    $('video' + (side === 'A' ? 'B' : 'A')).pause(); video.classList.add('playing');
  };
  video.onpause = () => { video.classList.remove('playing'); watched(side); };
  video.ontimeupdate = () => watched(side);
  video.onended = () => watched(side);
}
for (const name of NAMES) for (const side of ['A', 'B'])
  $('q-' + name + '-' + side).onchange = () => answer(name, side);
document.addEventListener('keydown', keys);
$('begin').onclick = () => {
  state.participant = $('participant').value.trim();
  state.experience = $('experience').value;
  state.started = true;
  keep();
  resume();
};
$('next').onclick = next;
$('back').onclick = back;
$('save').onclick = save;
$('review').onclick = () => showPair(CLIPS.length - 1);
$('another').onclick = () => {
  if (!confirm('Forget these answers here, for another person? Save them first.')) return;
  state = fresh();
  keep();
  location.reload();
};
keep();
if (state.started) resume(); else { screen('start'); $('begin').focus(); }
