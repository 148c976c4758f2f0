const format = new Intl.DateTimeFormat(document.documentElement.lang, { dateStyle: 'long', timeStyle: 'short' });

function write(within) {
  for (const time of within.querySelectorAll('time[datetime]')) {
    time.textContent = format.format(new Date(time.dateTime));
  }
}

write(document);
// Parts of a page that came later.
document.addEventListener('htmx:afterSettle', () => write(document));
