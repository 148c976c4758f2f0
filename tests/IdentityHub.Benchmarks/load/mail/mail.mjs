// A mail server that takes everything and keeps nothing; while the file MODE holds "hangs", it takes connections and never says a word.
// Arguments: PORT MODE-FILE.
import { createServer } from 'node:net';
import { readFileSync } from 'node:fs';

const [port, mode] = process.argv.slice(2);
const answers = { EHLO: '250 load', HELO: '250 load', MAIL: '250 ok', RCPT: '250 ok', DATA: '354 go on', RSET: '250 ok', NOOP: '250 ok', QUIT: '221 bye' };

createServer(socket => {
  socket.on('error', () => {});
  if (readFileSync(mode, 'utf8').trim() === 'hangs') return;
  let rest = '';
  let isMessage = false;
  socket.write('220 load\r\n');
  socket.on('data', data => {
    rest += data.toString('latin1');
    for (let end; (end = rest.indexOf(isMessage ? '\r\n.\r\n' : '\r\n')) >= 0;) {
      const line = rest.slice(0, end);
      rest = rest.slice(end + (isMessage ? 5 : 2));
      if (isMessage) {
        isMessage = false;
        socket.write('250 taken\r\n');
        continue;
      }
      const verb = line.slice(0, 4).toUpperCase();
      isMessage = verb === 'DATA';
      socket.write(`${answers[verb] ?? '500 what'}\r\n`);
      if (verb === 'QUIT') socket.end();
    }
  });
}).listen(Number(port), '127.0.0.1');
