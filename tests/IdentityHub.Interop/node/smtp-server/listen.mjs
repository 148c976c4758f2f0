// A real SMTP server at a free port. Says its port on the first line, then each connection and each mail as one line of JSON.
// argument: {"mode": "plain" | "starttls" | "slow" | "half" | "no-mailbox" | "later", "key": PEM, "cert": PEM, "user": …, "password": …}
import { SMTPServer } from 'smtp-server';

const { mode, key, cert, user, password } = JSON.parse(process.argv[2]);
const say = (line) => process.stdout.write(`${JSON.stringify(line)}\n`);
const slowly = (done) => (mode === 'slow' ? setTimeout(done, 1000) : done());
let connections = 0;

const refusal = (code, text) => Object.assign(new Error(text), { responseCode: code });

const server = new SMTPServer({
  key,
  cert,
  authOptional: !user,
  hideSTARTTLS: mode !== 'starttls',
  disabledCommands: user ? [] : ['AUTH'],
  logger: false,
  onConnect(session, done) {
    session.number = ++connections;
    say({ connection: session.number });
    slowly(done);
  },
  onAuth(auth, session, done) {
    return auth.username === user && auth.password === password ? done(null, { user }) : done(refusal(535, 'Authentication failed'));
  },
  onMailFrom: (address, session, done) => slowly(done),
  onRcptTo(address, session, done) {
    if (mode === 'no-mailbox') {
      return done(refusal(550, 'No such mailbox'));
    }
    if (mode === 'later' && session.number === 1) {
      return done(refusal(451, 'Try again later'));
    }
    return slowly(done);
  },
  onData(stream, session, done) {
    const chunks = [];
    stream.on('data', (chunk) => {
      chunks.push(chunk);
    });
    stream.on('end', () => {
      if (mode === 'half' && session.number === 1) {
        // Half-way: the mail has arrived, and the server dies before it says so.
        for (const connection of server.connections) {
          connection._socket.destroy();
        }
        return;
      }
      say({
        from: session.envelope.mailFrom.address,
        to: session.envelope.rcptTo.map((recipient) => recipient.address),
        secure: session.secure,
        user: session.user ?? null,
        data: Buffer.concat(chunks).toString('utf8'),
      });
      slowly(done);
    });
  },
});

server.on('error', () => {});
server.listen(0, '127.0.0.1', () => say({ port: server.server.address().port }));
process.stdin.on('end', () => process.exit(0)).resume();
