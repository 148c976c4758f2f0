// Gives the page of the calls what assistive technology needs, whenever it is drawn anew: landmarks, levels of headings without gaps, names.
const regions = { '.information-container': 'About this installation', '.schemes-server-container': 'Server' };
const levels = { 'h3.opblock-tag': 2, '.opblock h4': 3, '.opblock h5': 4 };

function name(select) {
  const row = select.closest('tr[data-param-name]');
  const names = { servers: 'Server', select: 'Document' };
  select.setAttribute('aria-label', names[select.id] ?? (row ? row.dataset.paramName : 'Content type'));
}

function complete() {
  for (const [selector, label] of Object.entries(regions)) {
    for (const part of document.querySelectorAll(`${selector}:not([role])`)) {
      part.setAttribute('role', 'region');
      part.setAttribute('aria-label', label);
    }
  }

  for (const [selector, level] of Object.entries(levels)) {
    for (const heading of document.querySelectorAll(`${selector}:not([aria-level])`)) heading.setAttribute('aria-level', level);
  }
  document.querySelectorAll('#swagger-ui select:not([aria-label])').forEach(name);
}

new MutationObserver(complete).observe(document.documentElement, { childList: true, subtree: true });
