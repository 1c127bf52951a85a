// This page has moved: the new one is opened at the same place, with what else the old address asked for.
"use strict";
{
  const address = new URL(document.currentScript.dataset.address, document.baseURI);
  location.replace(Object.assign(address, { search: location.search, hash: location.hash }));
}
