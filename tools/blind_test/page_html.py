"""The page of a blind comparison: one HTML file with its clips, for mouse, finger and keyboard."""

import html
import json
from collections.abc import Mapping, Sequence

_STYLE = """
body { font: 17px/1.5 system-ui, "DejaVu Sans", sans-serif; max-width: 60rem; margin: 1rem auto;
       padding: 0 1rem; color: #1d2430; background: #fbfbfa }
h1 { font-size: 1.35rem; margin: .6rem 0 } kbd { border: 1px solid #bbb; border-radius: 4px;
padding: 0 .35em; font-size: .85em; background: #fff }
.dances { display: flex; gap: 1rem; flex-wrap: wrap; justify-content: center }
.dance { flex: 1 1 18rem; max-width: 26rem; text-align: center }
.dance b { font-size: 1.3rem } video { width: 100%; background: #181818; border-radius: 8px;
border: 4px solid transparent; box-sizing: border-box } video.playing { border-color: #2f6fde }
fieldset { border: 1px solid #d5d8de; border-radius: 8px; margin: .55rem 0; padding: .3rem .9rem;
display: flex; align-items: center; gap: 1rem; background: #fff }
fieldset.current { border-color: #2f6fde; box-shadow: 0 0 0 2px #2f6fde55 }
fieldset span { flex: 1 } label { padding: .25rem .8rem; border-radius: 6px; cursor: pointer }
label:has(input:checked) { background: #dce8ff; font-weight: 600 }
button { font: inherit; padding: .45rem 1.1rem; border-radius: 8px; border: 1px solid #9aa3b2;
background: #fff; cursor: pointer } button.main { background: #2f6fde; color: #fff;
border-color: #2f6fde } button:disabled { opacity: .45; cursor: default }
input[type=text], select { font: inherit; padding: .3rem .5rem }
.row { display: flex; gap: .8rem; align-items: center; justify-content: space-between;
margin: .9rem 0 } .small { color: #5a6372; font-size: .85rem } .warning { color: #a04000 }
[hidden] { display: none !important }
"""

_SCRIPT = """
'use strict';
const $ = id => document.getElementById(id);
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
"""


def page(number: str, clips: Sequence[tuple[str, str]], questions: Mapping[str, str]) -> str:
    """Return the page.

    Args:
        number: what ties answers to the key.
        clips: A and B for each pair, base64 of MP4.
        questions: what is asked, by name.
    """
    asked = "".join(_question(name, text) for name, text in questions.items())
    return (
        '<!doctype html><html lang="en"><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width">'
        f"<title>Which dance?</title><style>{_STYLE}</style>"
        f"{_start(len(clips))}{_pair(asked)}{_END}"
        '<p id="lost" class="warning" hidden>This browser keeps nothing from this page: do not '
        "reload it before you have saved your answers.</p>"
        f"<script>const PAGE = {json.dumps(number)}, QUESTIONS = {_in_script(dict(questions))}, "
        f"CLIPS = {_in_script([list(pair) for pair in clips])};\n{_SCRIPT}</script></html>\n"
    )


def _start(pairs: int) -> str:
    return (
        '<section id="start"><h1>Which dance?</h1>'
        f"<p>You will see two dances, A and B, to each of {pairs} songs, and be asked four "
        "questions about them. There is no right or wrong. Turn the sound on.</p>"
        "<p>With the keyboard: <kbd>A</kbd> and <kbd>B</kbd> play, <kbd>←</kbd> answers A, "
        "<kbd>→</kbd> answers B, <kbd>↑</kbd> <kbd>↓</kbd> go from question to question, "
        "<kbd>Enter</kbd> goes on.</p>"
        '<p><label for="participant">Your name or initials (may stay empty)</label> '
        '<input id="participant" type="text" maxlength="60"></p>'
        '<p><label for="experience">How do you dance?</label> <select id="experience">'
        "<option value=''>rather not say</option><option>not at all</option>"
        "<option>for fun</option><option>as an amateur</option><option>professionally</option>"
        '</select></p><p><button id="begin" class="main">Begin</button></p></section>'
    )


def _pair(asked: str) -> str:
    dances = "".join(
        f'<div class="dance"><b>{side}</b><video id="video{side}" playsinline controls '
        f'controlslist="nodownload" preload="auto" aria-label="dance {side}"></video>'
        f'<button id="play{side}">Play {side} <kbd>{side}</kbd></button></div>'
        for side in "AB"
    )
    return (
        '<section id="pair" hidden><h1 id="title"></h1>'
        f'<div class="dances">{dances}</div>{asked}'
        '<div class="row"><button id="back">Back</button>'
        '<span id="hint" class="small" role="status"></span>'
        '<button id="next" class="main">Next song</button></div></section>'
    )


def _question(name: str, text: str) -> str:
    choices = "".join(
        f'<label><input type="radio" name="{name}" id="q-{name}-{side}" value="{side}"> {side}'
        "</label>"
        for side in "AB"
    )
    return (
        f'<fieldset id="q-{name}" aria-label="{html.escape(text)}">'
        f"<span>{html.escape(text)}</span>{choices}</fieldset>"
    )


_END = (
    '<section id="end" hidden><h1>Thank you!</h1>'
    "<p>Save your answers as a file and send it to whoever asked you.</p>"
    '<p><button id="save" class="main">Save my answers</button> '
    '<button id="review">Look again</button> <button id="another">Another person</button></p>'
    '<p id="saved" role="status"></p></section>'
)


def _in_script(value: object) -> str:
    """Return JSON that cannot end the script that it stands in."""
    return json.dumps(value).replace("</", "<\\/")
