// Rules that a reader can change: a button beside each listing of one, on pages with a live figure. What changes them is
// asked for when somebody wants it.
"use strict";
const rules = {};
{
  const folder = new URL("live/edit/", document.currentScript.src);
  const WHERE = /source\/literate_bp\/(nodes?\.)html#/;
  const ON_A_DISK = "This page was opened from a disk, and browsers run no rules there. It works where the book comes from a host.";

  // Return where the rule of a listing stands, and its text; nothing, if it is no function of the files that figures run.
  function ruleOf(box) {
    const found = [...box.querySelectorAll(".code-block-caption a")].map((link) => WHERE.exec(link.href)).find(Boolean);
    const text = box.querySelector("pre").textContent.replace(/\n$/, "");
    const name = /^def (\w+)/m.exec(text)?.[1];
    return found && name && { file: `${found[1]}py`, name, text };
  }

  const LOST = "What runs the rules could not be loaded. Try again.";

  // Ask for a script of the editor; `said` tells where there is none.
  rules.load = async (file, said) => {
    said.textContent = location.protocol.startsWith("http") ? "" : ON_A_DISK;
    if (said.textContent) return undefined;
    return import(new URL(file, folder)).catch(() => { said.textContent = LOST; });
  };

  function offer(box, rule) {
    const button = document.createElement("button");
    Object.assign(button, { type: "button", className: "edit-open", textContent: "Edit and run" });
    button.setAttribute("aria-label", `Edit and run ${rule.name}`);
    const said = document.createElement("p");
    Object.assign(said, { className: "edit-failed", role: "status" });
    button.addEventListener("click", async () => (await rules.load("editor.js", said))?.open(box, button, rule));
    box.querySelector(".code-block-caption").append(button);
    box.append(said);
  }

  if (document.querySelector(".bp-picture[data-live]")) {
    for (const box of document.querySelectorAll(".literal-block-wrapper:has(> .rule)")) {
      const rule = ruleOf(box);
      if (rule) offer(box, rule);
    }
  }
}
