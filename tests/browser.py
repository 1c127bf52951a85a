"""Chromium, if it is on the machine: it opens built pages and says of each what a script finds in it."""

import json
import os
import re
import shutil
import subprocess
from html import unescape

import pytest

SHELL = "chromium-headless-shell"
NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
PAGE = """<!doctype html><meta charset="utf-8"><body>{frames}<script>
addEventListener("load", async () => {{
  const found = [];
  for (const frame of document.querySelectorAll("iframe")) {{
    const page = frame.contentDocument;
    await page.fonts.ready;
    found.push({script});
  }}
  const told = document.createElement("pre");
  told.textContent = JSON.stringify(found);
  document.body.replaceChildren(told);
}});
</script>"""


def program():
    """Return the path of Chromium, or skip what needs it."""
    found = next(filter(None, map(shutil.which, NAMES)), None)
    if found is None:
        pytest.skip("no Chromium here: install it to measure pages (on Debian: apt-get install chromium)")
    return found


def shell():
    """Return the path of Chromium without its windows, a package of its own on Debian, or else that of Chromium."""
    return shutil.which(SHELL) or program()


def flags():
    """Return what Chromium wants of root, who has no sandbox."""
    return ["--no-sandbox"] if hasattr(os, "geteuid") and os.geteuid() == 0 else []


def ask(addresses, script, width, folder):
    """Return, for each page, the value of a JavaScript expression of `page` in a window of a width."""
    style = f"border: 0; width: {width}px; height: 900px"
    frames = [f'<iframe src="{address}" style="{style}"></iframe>' for address in addresses]
    asking = folder / "ask.html"
    asking.write_text(PAGE.format(frames="".join(frames), script=script), encoding="utf-8")
    options = ["--headless", "--disable-gpu", "--allow-file-access-from-files", f"--user-data-dir={folder / 'profile'}"]
    command = [program(), *options, *flags(), "--virtual-time-budget=60000", "--dump-dom", asking.as_uri()]
    result = subprocess.run(command, capture_output=True, text=True, check=False, timeout=300)
    told = re.search("<pre>(.*?)</pre>", result.stdout, re.DOTALL)
    assert told, result.stderr
    return json.loads(unescape(told[1]))
