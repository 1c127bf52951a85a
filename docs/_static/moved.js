// This page has moved: the new one is opened at the same place, with what else the old address asked for.
"use strict";
{
  const { address, elsewhere } = document.currentScript.dataset;
  const place = location.hash.slice(1);
  const [page] = Object.entries(JSON.parse(elsewhere)).find(([, places]) => places.includes(place)) ?? [address];
  location.replace(Object.assign(new URL(page, document.baseURI), { search: location.search, hash: location.hash }));
}
