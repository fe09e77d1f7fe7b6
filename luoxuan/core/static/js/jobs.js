/* Jobs: cards refresh themselves while their job is unfinished; the drawer lists the latest ones. */
const UNFINISHED = new Set(["QUEUED", "RUNNING"]);
const drawer = document.querySelector("#job-drawer");
const list = drawer?.querySelector("[data-job-list]");
let ticks = 0;

const fragment = async (address) => {
  const response = await fetch(address, { headers: { Accept: "text/html" }, redirect: "error" });
  if (!response.ok) throw new Error(String(response.status));
  const holder = document.createElement("template");
  holder.innerHTML = (await response.text()).trim();
  return holder.content.firstElementChild;
};

const refreshCard = async (card) => {
  const fresh = await fragment(card.dataset.part);
  if (!fresh || !card.isConnected) return;
  /* What has the focus stays, so that nobody loses his place; only its numbers move. */
  const progress = card.querySelector("progress");
  const next = fresh.querySelector("progress");
  if (card.contains(document.activeElement) && progress && next && fresh.dataset.state === card.dataset.state) {
    progress.closest(".job-card").querySelector("progress").replaceWith(next);
    return;
  }
  card.replaceWith(fresh);
  if (fresh.dataset.next) location.assign(fresh.dataset.next);
};

const setCount = (selector, number) => {
  const place = drawer.querySelector(selector);
  place.textContent = String(number);
  return place;
};

const refreshDrawer = async () => {
  const fresh = await fragment(drawer.dataset.list);
  const unfinished = Number(fresh.dataset.unfinished);
  const unread = Number(fresh.dataset.unread);
  drawer.dataset.unfinished = String(unfinished);
  list.replaceChildren(fresh);
  setCount("[data-job-unfinished]", unfinished);
  setCount("[data-job-unread]", unread);
  setCount("[data-job-count]", unfinished + unread).hidden = unfinished + unread === 0;
};

const tick = async () => {
  ticks += 1;
  const cards = [...document.querySelectorAll("[data-job]")].filter((card) => UNFINISHED.has(card.dataset.state));
  const isBusy = Number(drawer?.dataset.unfinished ?? 0) > 0 || cards.length > 0;
  if (!document.hidden) {
    const work = cards.map(refreshCard);
    if (drawer && isBusy && (drawer.open || ticks % 3 === 0)) work.push(refreshDrawer());
    /* A page that does not answer is asked again a second later. */
    await Promise.allSettled(work);
  }
  if (isBusy) setTimeout(tick, 1000);
};

drawer?.addEventListener("toggle", () => {
  if (drawer.open) refreshDrawer().catch(() => {});
});
/* What opens over the page - the drawer, the menu of exports - closes by a click beside it, or Esc. */
const opened = () => [...document.querySelectorAll("#job-drawer[open], .export-menu[open]")];
document.addEventListener("click", (event) => {
  for (const menu of opened()) if (!menu.contains(event.target)) menu.open = false;
});
document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  for (const menu of opened()) {
    menu.open = false;
    menu.querySelector("summary").focus();
  }
});
/* A page that has just begun a job may be shown before the shell counts it. */
setTimeout(tick, 1000);
