/* What the site's pages do beyond HTML. Every page works without this file; nothing here decides anything.

   data-shown-when="name=a|b"   shown only while the form's field `name` holds a or b (all is shown without JS)
   data-error-summary           takes the focus when it appears
   data-keys="g c"              a link that these keys follow;  data-focus-key="/"  a field that this key enters
   data-opens="id"              a button that opens that dialog;  data-closes-dialog  a button that closes its own
   data-prints                  a link that prints the page; every figure's arithmetic is open while it prints
   data-closes                  a <details> that closes on Escape and on a press elsewhere */
"use strict";

(() => {
  const SHORTCUTS_OFF = "aftertax.shortcuts-off";
  const SEQUENCE_MS = 1200;
  const AMOUNT = /^\$?(\d{1,3}(?:,\d{3})+|\d+)?(\.\d{1,2})?$/;

  /* --- Amounts: 31200 becomes 31,200.00 on leaving the field; what the server would refuse stays as typed --- */

  function formatAmount(typed) {
    const text = typed.trim();
    const bracketed = text.startsWith("(") && text.endsWith(")");
    const negative = bracketed || text.startsWith("-");
    const unsigned = bracketed ? text.slice(1, -1).trim() : negative ? text.slice(1).trim() : text;
    const match = AMOUNT.exec(unsigned);
    if (!match || (match[1] === undefined && match[2] === undefined)) return typed;
    const whole = (match[1] ?? "0").replaceAll(",", "").replace(/^0+(?=\d)/, "");
    const cents = (match[2] ?? ".").slice(1).padEnd(2, "0");
    const grouped = whole.replace(/\B(?=(\d{3})+$)/g, ",");
    return `${negative && /[1-9]/.test(whole + cents) ? "-" : ""}${grouped}.${cents}`;
  }

  document.addEventListener("focusout", (event) => {
    const field = event.target;
    if (field instanceof HTMLInputElement && field.inputMode === "decimal" && !field.readOnly) {
      const formatted = formatAmount(field.value);
      if (formatted !== field.value) field.value = formatted;
    }
  });

  /* --- Parts of a form that matter only for some choices --- */

  function showParts(root) {
    for (const part of root.querySelectorAll("[data-shown-when]")) {
      const form = part.closest("form");
      if (!form) continue;
      const [name, values] = part.dataset.shownWhen.split("=");
      const wanted = values.split("|");
      part.hidden = !new FormData(form).getAll(name).some((value) => wanted.includes(value));
    }
  }

  document.addEventListener("change", (event) => {
    if (event.target.form) showParts(event.target.form);
  });

  // A reset form has its old values only after the event.
  document.addEventListener("reset", (event) => setTimeout(() => showParts(event.target)));

  /* --- Tables that turn into cards keep their roles, which a changed `display` takes away in some browsers --- */

  const TABLE_ROLES = { TABLE: "table", THEAD: "rowgroup", TBODY: "rowgroup", TFOOT: "rowgroup", TR: "row", TD: "cell" };

  function keepTableRoles(root) {
    const cards = "table.ledger, table.compact-form, table.figures";
    const tables = [...root.querySelectorAll(cards)];
    if (root instanceof Element && root.matches(cards)) tables.push(root);
    for (const table of tables) {
      for (const part of [table, ...table.querySelectorAll("thead, tbody, tfoot, tr, td, th")]) {
        const role = TABLE_ROLES[part.tagName] ?? (part.scope === "row" ? "rowheader" : "columnheader");
        if (!part.hasAttribute("role")) part.setAttribute("role", role);
      }
    }
  }

  /* --- Error summary: focus it, and take its links to the field rather than only scroll --- */

  function focusErrorSummary(root) {
    const summary = root.querySelector("[data-error-summary]");
    if (summary) summary.focus();
  }

  document.addEventListener("click", (event) => {
    const link = event.target.closest?.("[data-error-summary] a");
    const field = link && document.getElementById(link.hash.slice(1));
    if (!field) return;
    event.preventDefault();
    for (let box = field.closest("details:not([open])"); box; box = box.parentElement?.closest("details:not([open])")) {
      box.open = true;
    }
    (field.closest(".field") ?? field).scrollIntoView({ block: "center" });
    field.focus({ preventScroll: true });
  });

  /* --- htmx: the old answer stays, marked busy, until the new one arrives --- */

  const status = () => document.getElementById("live-status");

  function say(text, link) {
    const line = status();
    if (!line) return;
    line.textContent = text;
    if (link) {
      const anchor = document.createElement("a");
      anchor.href = link.href;
      anchor.target = "_blank";
      anchor.rel = "noopener";
      anchor.textContent = link.text;
      line.append(" ", anchor);
    }
  }

  const latest = new WeakMap();

  document.addEventListener("htmx:beforeRequest", (event) => {
    const { target, xhr } = event.detail;
    latest.set(target, xhr);
    target.setAttribute("aria-busy", "true");
  });

  document.addEventListener("htmx:afterRequest", (event) => {
    const { target, xhr, successful } = event.detail;
    // A request that a newer one replaced ends too, while the newer is still under way.
    if (latest.get(target) === xhr) target.removeAttribute("aria-busy");
    if (successful) say("");
  });

  document.addEventListener("htmx:beforeSwap", (event) => {
    const { xhr, target } = event.detail;
    // A whole page where a fragment was asked for is the sign-in page: swapping it in would lose what was typed.
    if (target !== document.body && /^\s*<!doctype html/i.test(xhr.responseText)) {
      event.detail.shouldSwap = false;
      // The message must outlive htmx:afterRequest, which counts this answer a success.
      setTimeout(() => say("You are signed out. What you typed is still here.", {
        href: document.querySelector(".wordmark").href, text: "Sign in in a new tab, then go on here.",
      }));
    }
  });

  for (const name of ["htmx:responseError", "htmx:sendError", "htmx:timeout"]) {
    document.addEventListener(name, () => {
      setTimeout(() => say("The figures could not be brought up to date; those shown are older than what you typed."));
    });
  }

  document.addEventListener("htmx:afterSwap", (event) => {
    // Only a person's own submit may move their focus, never a recalculation while they type.
    if (event.detail.requestConfig?.triggeringEvent?.type === "submit") focusErrorSummary(document);
  });

  document.addEventListener("htmx:load", (event) => prepare(event.detail.elt));

  /* --- Menus, dialogs, keys --- */

  document.addEventListener("click", (event) => {
    for (const menu of document.querySelectorAll("details[data-closes][open]")) {
      if (!menu.contains(event.target)) menu.open = false;
    }
    const opener = event.target.closest?.("[data-opens]");
    if (opener) {
      for (const menu of document.querySelectorAll("details[data-closes][open]")) menu.open = false;
      document.getElementById(opener.dataset.opens)?.showModal();
    }
    event.target.closest?.("[data-closes-dialog]")?.closest("dialog").close();
  });

  /* --- Paper has nothing to press: every figure's arithmetic is open while the page prints --- */

  let openedForPrint = [];

  window.addEventListener("beforeprint", () => {
    openedForPrint = [...document.querySelectorAll("details.equation:not([open])")];
    for (const equation of openedForPrint) equation.open = true;
  });

  window.addEventListener("afterprint", () => {
    for (const equation of openedForPrint) equation.open = false;
  });

  document.addEventListener("click", (event) => {
    if (event.target.closest?.("[data-prints]")) {
      event.preventDefault();
      window.print();
    }
  });

  let pending = "";
  let pendingTimer = 0;

  function readOff() {
    // Storage may be refused; the shortcuts are then on.
    try { return localStorage.getItem(SHORTCUTS_OFF) === "1"; } catch { return false; }
  }

  function isTyping(target) {
    return target instanceof Element && target.closest("input, select, textarea, [contenteditable], dialog[open]") !== null;
  }

  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape") {
      const menu = document.querySelector("details[data-closes][open]");
      if (menu) {
        menu.open = false;
        menu.querySelector("summary").focus();
      }
      return;
    }
    if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing || event.repeat) return;
    if (isTyping(event.target) || document.querySelector("dialog[open]") || readOff()) return;
    const help = document.getElementById("keyboard-help");
    if (!help) return;
    const keys = pending ? `${pending} ${event.key}` : event.key;
    clearTimeout(pendingTimer);
    pending = "";
    const links = [...help.querySelectorAll("[data-keys]")];
    const link = links.find((candidate) => candidate.dataset.keys === keys);
    const field = [...document.querySelectorAll("[data-focus-key]")].find((one) => one.dataset.focusKey === keys);
    if (keys === "?") {
      help.showModal();
    } else if (field) {
      field.focus();
      field.select();
    } else if (link) {
      window.location.assign(link.href);
    } else if (links.some((candidate) => candidate.dataset.keys.startsWith(`${keys} `))) {
      pending = keys;
      pendingTimer = setTimeout(() => { pending = ""; }, SEQUENCE_MS);
      return;
    } else {
      return;
    }
    event.preventDefault();
  });

  const toggle = document.getElementById("keyboard-on");
  if (toggle) {
    toggle.checked = !readOff();
    toggle.addEventListener("change", () => {
      try {
        if (toggle.checked) localStorage.removeItem(SHORTCUTS_OFF);
        else localStorage.setItem(SHORTCUTS_OFF, "1");
      } catch {
        toggle.checked = true;
      }
    });
  }

  /* --- Now, and for every fragment that arrives --- */

  function prepare(root) {
    for (const button of root.querySelectorAll("[data-opens][hidden]")) button.hidden = false;
    keepTableRoles(root);
    // The choice that decides may stand outside the fragment, so the whole form is read again.
    showParts(root.closest?.("form") ?? root);
  }

  prepare(document);
  focusErrorSummary(document);
})();
