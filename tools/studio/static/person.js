// The people there are: footage and its verdict, consent, learning, who dances.

import { $, ask, calm, clock, element, length, send, sentence, tell, toldOf, watch } from "./app.js";

const shown = new Map(), going = new Map(); // cards, and what shows how far the work on one is
const small = (text) => element("p", { className: "small" }, text);

function deed(person, text, does, more = {}, name = "button") {
  const made = element("button", { type: "button", className: name }, text);
  made.setAttribute("aria-label", `${text}: ${person.label}`);
  made.addEventListener("click", () => ask(`/api/people/${person.id}`, { do: does, ...more }).catch(() => {}));
  return made;
}

function card(person, chosen) {
  const made = element("li", { className: "card" }, element("h2", {}, person.label));
  const deeds = element("div", { className: "row" });
  if (person.id === "builtin") made.append(small("A drawing; nobody was filmed for it."));
  if (person.seconds) made.append(small(`${clock(person.seconds)} of footage, ${person.size.join(" × ")}`));
  const at = person.job && ["queued", "running"].includes(person.job.state);
  if (at) made.append(...atWork(person));
  else if (person.job && person.job.state !== "done") made.append(element("p", { className: "notice problem" }, toldOf(person.job)));
  if (!at && !person.ready) made.append(...verdict(person.footage_is));
  if (person.consent === "not stated") made.append(element("p", { className: "notice" }, "Consent is not stated: keep these videos to yourself."));
  else if (person.consent) made.append(small(person.consent));
  if (at && person.deed === "train") made.append(...curve(person));
  if (person.preview && (at || !person.ready)) made.append(preview(person));
  if (person.ready) {
    if (person.id === chosen) deeds.append(element("strong", {}, "✓ dances"));
    else deeds.append(deed(person, "Let them dance", "choose", {}, "button primary"));
    if (person.id !== "builtin" && !at) deeds.append(deed(person, "Learn five minutes more", "more", { minutes: 5 }));
  } else if (!at && person.footage_is.verdict) made.append(learning(person));
  if (at) {
    const stop = element("button", { type: "button", className: "button", disabled: person.job.stopping }, "Stop");
    stop.addEventListener("click", () => ask(`/api/jobs/${person.job.id}`, { do: "cancel" }).catch(() => {}));
    deeds.append(stop);
  } else if (person.job && ["failed", "cancelled", "interrupted"].includes(person.job.state)) {
    const again = element("button", { type: "button", className: "button" }, "Carry on");
    again.addEventListener("click", () => ask(`/api/jobs/${person.job.id}`, { do: "retry" }).catch(() => {}));
    deeds.append(again);
  }
  if (person.id !== "builtin" && !at) {
    const remove = element("button", { type: "button", className: "button" }, "Remove");
    remove.setAttribute("aria-label", `Remove: ${person.label}`);
    remove.addEventListener("click", () => {
      if (confirm(`Remove ${person.label}, the footage and all that was learned?`)) ask(`/api/people/${person.id}`, { do: "remove" }).catch(() => {});
    });
    deeds.append(remove);
  }
  made.append(deeds);
  return made;
}

function atWork(person) {
  const names = { check: "Looking at the film", capture: "Finding the person in every picture", train: "Learning the person" };
  const job = person.job, bar = element("progress", { max: 1, hidden: job.state !== "running" });
  bar.setAttribute("aria-label", `How much of it is done: ${person.label}`);
  const told = small("");
  const go = ({ job: now }) => {
    if (now.share !== null) bar.value = now.share;
    told.textContent = `You can close this page; the work goes on.${now.left === null ? "" : ` About ${length(now.left)} left.`}`;
  };
  go(person);
  going.set(person.id, go);
  return [element("p", {}, job.state === "running" && !job.stopping ? `${names[person.deed]} …` : toldOf(job)), bar, told];
}

/** What a card shows of a person, but for how far the work on them is. */
function looks(person, chosen) {
  const job = person.job && { ...person.job, share: null, left: null, stage: "", place: 0, stages: 0 };
  return JSON.stringify([{ ...person, job }, person.id === chosen]);
}

function verdict(found) {
  if (!found.verdict) return [];
  const list = (lines) => element("ul", { className: "plain" }, ...lines.slice(0, 6).map((line) => element("li", {}, line)));
  const out = [element("p", {}, element("strong", {}, sentence(found.verdict)))];
  if (found.doubts?.length) out.push(list(found.doubts));
  if (found.movements_missing?.length) {
    out.push(element("details", {}, element("summary", {}, "What to film besides"), list(found.movements_missing)));
  }
  return out;
}

function preview(person) {
  const made = element("video", { muted: true, loop: true, autoplay: !calm(), controls: true });
  made.src = `/files/people/${person.id}/preview?${person.preview}`;
  made.setAttribute("aria-label", "Stick figure, real frame, and what is learned so far");
  return made;
}

const EVERY = 4000; // milliseconds between two looks at a curve

/** How near the pictures are to the film, drawn while it is learned. */
function curve(person) {
  const canvas = element("canvas", { className: "curve", role: "img" }), told = small("");
  const job = person.job.id;
  canvas.setAttribute("aria-label", `How it is learned: ${person.label}`);
  const show = async () => {
    if (canvas.isConnected) draw(canvas, told, await (await fetch(`/files/jobs/${job}/curve`, { cache: "no-store" })).json());
    if (shown.get(person.id)?.made.contains(canvas)) setTimeout(() => show().catch(() => {}), EVERY);
  };
  setTimeout(() => show().catch(() => {}), 100);
  return [canvas, told];
}

function draw(canvas, told, points) {
  if (points.length < 2) { told.textContent = "A curve comes when the learning has begun."; return; }
  const ratio = devicePixelRatio || 1, width = canvas.clientWidth * ratio, height = canvas.clientHeight * ratio;
  Object.assign(canvas, { width, height });
  const values = smooth(points.map(([, value]) => value)), high = Math.max(...values), last = points.at(-1)[0];
  const pen = canvas.getContext("2d");
  pen.strokeStyle = getComputedStyle(canvas).color;
  pen.lineWidth = 2 * ratio;
  pen.lineJoin = "round";
  pen.beginPath();
  points.forEach(([minute], place) => pen.lineTo((minute / last) * width, height - 3 * ratio - (values[place] / high) * (height - 6 * ratio)));
  pen.stroke();
  const now = values.at(-1) / values[0], after = `after ${length(60 * last)}`;
  told.textContent = now < 0.95
    ? `Difference from the film: ${Math.round(100 * now)} % of what it was at first, ${after}.`
    : `As near to the film as at first, ${after}: judge by the picture below, on which edges and folds come last.`;
}

/** Means over some looks: one look at a few pictures says little. */
function smooth(values, about = 6) {
  return values.map((_, place) => {
    const near = values.slice(Math.max(0, place - about), place + about + 1);
    return near.reduce((sum, value) => sum + value, 0) / near.length;
  });
}

function learning(person) {
  const name = element("input", { type: "text", id: `name-${person.id}`, value: person.label, maxLength: 60, autocomplete: "off" });
  const minutes = element("input", { type: "number", id: `minutes-${person.id}`, value: 5, min: 1, max: 600 });
  const stated = person.consent && person.consent !== "not stated"; // it is asked once
  const agrees = element("input", { type: "checkbox", id: `agrees-${person.id}` });
  const form = element("form", { className: "learning" },
    element("label", { htmlFor: name.id }, "Name"), name,
    element("label", { htmlFor: minutes.id }, "Minutes to learn"), minutes,
    ...(stated ? [] : [element("label", { className: "check", htmlFor: agrees.id }, agrees, element("span", {}, "This person knows of it, and agrees to be shown dancing in videos made with this footage."))]),
    element("button", { className: "button primary" }, "Learn this person"));
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const asked = { do: "learn", name: name.value, minutes: Number(minutes.value), agrees: agrees.checked };
    form.classList.add("sent"); // from now on the card may change under it
    await ask(`/api/people/${person.id}`, asked).catch(() => form.classList.remove("sent"));
  });
  return form;
}

$("file").addEventListener("change", async () => {
  const file = $("file").files[0];
  if (!file) return;
  tell("");
  $("coming").textContent = `Adding ${file.name} …`;
  const type = /^video\/[a-z0-9.+-]+$/.test(file.type) ? file.type : "application/octet-stream";
  await send(`/api/people?name=${encodeURIComponent(file.name)}`, file, type).catch(() => {});
  $("coming").textContent = "";
  $("file").value = "";
});

watch((state) => {
  for (const person of state.people) {
    const told = looks(person, state.chosen);
    const old = shown.get(person.id);
    if (old?.told === told && person.job) going.get(person.id)?.(person);
    const inside = old?.made.contains(document.activeElement);
    if (old?.told === told || (inside && document.activeElement.closest("form:not(.sent)"))) continue;
    const made = card(person, state.chosen);
    if (old) old.made.replaceWith(made);
    if (inside) made.querySelector("button")?.focus({ preventScroll: true });
    shown.set(person.id, { told, made });
  }
  for (const [person, { made }] of shown) {
    if (!state.people.some((each) => each.id === person)) { made.remove(); shown.delete(person); }
  }
  state.people.forEach((person, place) => {
    const { made } = shown.get(person.id);
    if ($("people").children[place] !== made) $("people").insertBefore(made, $("people").children[place] || null);
  });
});
