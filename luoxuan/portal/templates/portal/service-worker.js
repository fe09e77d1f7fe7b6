/* Shows one page when there is no network. It keeps that page and its files, never a page of anybody. */
const kept = "luoxuan-offline-{{ version }}";
const page = "{{ page }}";
const files = {{ files|safe }};

const keep = async () => {
  const cache = await caches.open(kept);
  /* Without cookies: what is kept belongs to nobody. */
  await cache.addAll([page, ...files].map((address) => new Request(address, { cache: "reload", credentials: "omit" })));
  await self.skipWaiting();
};

const clean = async () => {
  const names = await caches.keys();
  await Promise.all(names.filter((name) => name !== kept).map((name) => caches.delete(name)));
  await self.registration.navigationPreload?.enable();
  await self.clients.claim();
};

const fromCache = async (address) => (await (await caches.open(kept)).match(address)) ?? Response.error();

const opened = async (event) => {
  try {
    return (await event.preloadResponse) ?? (await fetch(event.request));
  } catch {
    return fromCache(page);
  }
};

self.addEventListener("install", (event) => event.waitUntil(keep()));
self.addEventListener("activate", (event) => event.waitUntil(clean()));
self.addEventListener("fetch", (event) => {
  const { request } = event;
  const { pathname, search } = new URL(request.url);
  if (request.mode === "navigate" && request.method === "GET") event.respondWith(opened(event));
  else if (files.includes(pathname + search)) event.respondWith(fromCache(request));
});
