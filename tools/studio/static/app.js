// What every page does: asks the server, listens to its events, keeps the steps' marks.

export const $ = (id) => document.getElementById(id);
export const id = document.body.dataset.id;

/** Return an element with properties and children; text is text, never HTML. */
export function element(name, properties = {}, ...children) {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(properties)) {
    if (key in made && key !== "list") made[key] = value;
    else made.setAttribute(key, value);
  }
  made.append(...children.filter((child) => child !== null && child !== undefined));
  return made;
}

export function tell(problem) {
  $("problem").textContent = problem;
  $("problem").hidden = !problem;
}

/** Ask the server for a deed; what went wrong is told on the page, and thrown. */
export async function ask(path, values = {}) {
  return send(path, JSON.stringify(values), "application/json");
}

export async function send(path, body, type) {
  let answer;
  try {
    answer = await fetch(path, { method: "POST", body, headers: { "Content-Type": type } });
  } catch {
    tell("The studio did not answer. Start it again, then try once more.");
    throw new Error("no answer");
  }
  const told = await answer.text();
  let values = {};
  try {
    values = JSON.parse(told);
  } catch {
    values = { error: told };
  }
  if (!answer.ok) {
    tell(sentence(values.error || `The studio answered ${answer.status}.`));
    throw new Error(values.error);
  }
  tell("");
  return values;
}

export const sentence = (text) => text.charAt(0).toUpperCase() + text.slice(1) + (/[.!?]$/.test(text) ? "" : ".");
export const clock = (seconds) => `${Math.floor(seconds / 60)}:${String(Math.floor(seconds % 60)).padStart(2, "0")}`;
export const calm = () => matchMedia("(prefers-reduced-motion: reduce)").matches;
export const words = (name) => name.charAt(0).toUpperCase() + name.slice(1).replaceAll("_", " ");

export function length(seconds) {
  if (seconds < 90) return `${Math.max(1, Math.round(seconds))} s`;
  return seconds < 5400 ? `${Math.round(seconds / 60)} min` : `${(seconds / 3600).toFixed(1)} h`;
}

export const size = (bytes) => (bytes < 1e6 ? `${Math.ceil(bytes / 1e3)} kB` : `${(bytes / 1e6).toFixed(1)} MB`);

/** Call `show` with the state of the workspace, now and whenever it changes. */
export function watch(show) {
  const events = new EventSource("/events");
  events.addEventListener("state", (event) => {
    const state = JSON.parse(event.data);
    $("connection").hidden = true;
    marks(state);
    show(state);
  });
  events.addEventListener("error", () => { $("connection").hidden = false; });
  addEventListener("pagehide", () => events.close());
}

function marks(state) {
  const ready = (things) => things.some((each) => each.state === "ready");
  const waiting = state.jobs.filter((job) => ["queued", "running"].includes(job.state)).length;
  mark("person", "✓");
  mark("song", ready(state.songs) ? "✓" : "");
  mark("dance", ready(state.dances) ? "✓" : "");
  mark("video", state.videos.some((video) => video.done) ? "✓" : "");
  mark("queue", waiting || "");
  $("step-queue").setAttribute("aria-label", waiting ? `Queue, ${waiting} at work or waiting` : "Queue");
}

const mark = (step, text) => { $(`step-${step}`).querySelector(".mark").textContent = text; };

/** What a job is at, in words. */
export function toldOf(job) {
  if (job.state === "queued") return job.again ? "Carries on when its turn comes" : "Waits for its turn";
  if (job.state === "running" && job.stopping) return "Stopping, its work is being kept";
  if (job.state === "running") return job.stage || "Beginning";
  const over = { done: "Done", cancelled: "Stopped", failed: "It did not work out", interrupted: "Broken off twice" };
  return over[job.state] + (job.reason ? `: ${job.reason}` : "");
}

/** Show other things of a kind as a list of links. */
export function others(place, things, path, told) {
  const rest = things.filter((thing) => thing.id !== id);
  place.hidden = rest.length === 0;
  place.querySelector("ul").replaceChildren(...rest.map((thing) =>
    element("li", {}, element("a", { href: `/${path}/${thing.id}` }, thing.label), " ", element("span", { className: "small" }, told(thing)))));
}
