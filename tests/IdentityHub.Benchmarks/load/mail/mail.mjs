// A mail server that takes everything and keeps nothing; while the file MODE holds "hangs", it takes connections and never says a word.
// While it holds "keeps", the six digits of each message are added to the file CODES, after the address and a tab.
// Arguments: PORT MODE-FILE CODES-FILE.
import { createServer } from 'node:net';
import { appendFileSync, readFileSync } from 'node:fs';

const [port, mode, codes] = process.argv.slice(2);
// They stand alone: no part of a longer number, of an address or of a time.
const code = /(?<![\w#=.-])(\d{6})(?![\w.-])/m;
const answers = { EHLO: '250 load', HELO: '250 load', MAIL: '250 ok', RCPT: '250 ok', DATA: '354 go on', RSET: '250 ok', NOOP: '250 ok', QUIT: '221 bye' };

createServer(socket => {
  socket.on('error', () => {});
  const way = readFileSync(mode, 'utf8').trim();
  if (way === 'hangs') return;
  let recipient = '';
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
        const found = way === 'keeps' && code.exec(line);
        if (found) appendFileSync(codes, `${recipient}\t${found[1]}\n`);
        socket.write('250 taken\r\n');
        continue;
      }
      const verb = line.slice(0, 4).toUpperCase();
      if (verb === 'RCPT') recipient = /<([^>]+)>/.exec(line)[1];
      isMessage = verb === 'DATA';
      socket.write(`${answers[verb] ?? '500 what'}\r\n`);
      if (verb === 'QUIT') socket.end();
    }
  });
}).listen(Number(port), '127.0.0.1');
