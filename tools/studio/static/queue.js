// All jobs, as they are.

import { $, ask, element, length, size, toldOf, watch } from "./app.js";

const rows = new Map();

function row(job) {
  const picture = job.thumbnail
    ? element("img", { src: `/files/jobs/${job.id}/thumbnail`, alt: "", width: 96, height: 96 })
    : element("span", { className: "picture", "aria-hidden": "true" });
  const place = job.video ? `/video/${job.video}` : job.person ? "/person" : "";
  const title = place ? element("a", { href: place }, job.title) : job.title;
  const left = job.state === "running" && job.left !== null ? `About ${length(job.left)} left` : "";
  const told = element("div", { className: "told" }, element("h2", {}, title), element("p", {}, toldOf(job)));
  if (job.state === "running") {
    const bar = element("progress", { max: 1 });
    if (job.share !== null) bar.value = job.share;
    bar.setAttribute("aria-label", `How much of ${job.title} is done`);
    told.append(bar, element("p", { className: "small" }, left));
  }
  const deeds = { queued: ["first", "cancel"], running: job.stopping ? [] : ["cancel"], done: ["remove"] }[job.state] || ["retry", "remove"];
  const names = { first: "Next", cancel: "Stop", retry: "Carry on", remove: "Clear" };
  const buttons = deeds.map((deed) => {
    const made = element("button", { type: "button", className: "button" }, names[deed]);
    made.setAttribute("aria-label", `${names[deed]}: ${job.title}`);
    made.addEventListener("click", () => ask(`/api/jobs/${job.id}`, { do: deed }).catch(() => {}));
    return made;
  });
  return element("li", { className: `job ${job.state}` }, picture, told, element("div", { className: "row" }, ...buttons));
}

$("clean").addEventListener("click", async () => {
  const told = await ask("/api/jobs/clean").catch(() => null);
  if (told) $("cleaned").textContent = `${told.removed} cleared, ${size(told.bytes)}. The videos stay.`;
});

watch((state) => {
  const jobs = state.jobs;
  $("empty").hidden = jobs.length > 0;
  $("clean").hidden = !jobs.some((job) => ["done", "failed", "cancelled"].includes(job.state));
  const order = ["running", "queued", "interrupted", "failed", "done", "cancelled"];
  const sorted = [...jobs].sort((one, other) => order.indexOf(one.state) - order.indexOf(other.state));
  const made = sorted.map((job) => {
    const told = JSON.stringify(job);
    if (rows.get(job.id)?.told !== told) rows.set(job.id, { told, made: row(job) });
    return rows.get(job.id).made;
  });
  const list = $("jobs");
  if (made.length !== list.children.length || made.some((each, place) => list.children[place] !== each)) list.replaceChildren(...made);
});
