import { attached, fixture, html, inCharset, type MailFixture, mail, multipart, part, plain, utf8 } from './build'

const deep = (depth: number) => {
  let inside = plain('At the bottom.')
  for (let n = 0; n < depth; n++) inside = `Content-Type: multipart/mixed; boundary=x${n}\r\n\r\n--x${n}\r\n${inside}\r\n--x${n}--`
  return `From: amina@shop.example\r\nSubject: Deep\r\n${inside}`
}
const deepMessages = (depth: number) => 'Content-Type: message/rfc822\r\n\r\n'.repeat(depth)

/** What nobody writes by hand. Each is read as far as it goes, and says what was too much. */
export const hostile: MailFixture[] = [
  fixture(
    '3,000 parts',
    multipart('mixed', [plain('All my logs.'), ...Array.from({ length: 3000 }, (_, n) => attached(`filename=l${n}.txt`, `${n}`))]),
    { words: ['All my logs.'], limits: ['parts'], from: 'amina@shop.example' },
  ),
  fixture(
    '3,000 parts of text',
    multipart(
      'mixed',
      Array.from({ length: 3000 }, (_, n) => plain(`Line ${n}.`)),
    ),
    { words: ['Line 0.', 'Line 500.'], limits: ['parts'] },
  ),
  fixture('multiparts 1,000 deep', deep(1000), { limits: ['depth'], subject: 'Deep', from: 'amina@shop.example' }),
  fixture('messages 1,000 deep', mail([]).replace('\r\n\r\n', `\r\n${deepMessages(1000)}`), { from: 'amina@shop.example' }),
  fixture(
    '5 MB of headers',
    mail([...Array.from({ length: 50_000 }, (_, n) => `X-Junk-${n}: ${'j'.repeat(80)}`), 'Reply-To: desk@shop.example']),
    { from: 'amina@shop.example', limits: ['headers'], words: ['parcel'] },
  ),
  fixture('one header of 5 MB', mail([`X-Junk: ${'j'.repeat(5_000_000)}`]), {
    from: 'amina@shop.example',
    limits: ['headers'],
    words: ['parcel'],
  }),
  fixture('a From of 5 MB', mail([`From: ${'j '.repeat(2_500_000)} <amina@shop.example>`]), { limits: ['headers'], words: ['parcel'] }),
  fixture('2,000 recipients', mail([`To: ${Array.from({ length: 2000 }, (_, n) => `p${n}@x.example`).join(',\r\n ')}`]), {
    limits: ['recipients'],
    words: ['parcel'],
    from: 'amina@shop.example',
  }),
  fixture('HTML of 5 MB', multipart('alternative', [html('<p>The door.</p>'.repeat(320_000))]), {
    limits: ['html'],
    words: ['The door.'],
    files: ['Whole message.html.txt'],
  }),
  fixture('text of 5 MB', mail([], 'The door. '.repeat(500_000)), { limits: ['text'], words: ['The door.'], files: ['Whole message.txt'] }),
  fixture('tags 100,000 deep', multipart('alternative', [plain('The door.'), html('<div>'.repeat(100_000))]), {
    text: 'The door.',
    limits: ['html'],
  }),
  fixture('brackets that are not closed', mail(['Content-Type: text/html'], '<'.repeat(300_000)), { from: 'amina@shop.example' }),
  fixture('comments that are not closed', mail([`From: ${'('.repeat(50_000)} amina@shop.example`]), { words: ['parcel'] }),
  fixture('encoded words that are not closed', mail([`Subject: ${'=?utf-8?Q?'.repeat(20_000)}`]), { words: ['parcel'] }),
  fixture('quotation marks that are not closed', mail([`To: ${'"'.repeat(99_999)}`]), { words: ['parcel'] }),
  fixture('parameters without end', mail([`Content-Type: text/plain; ${'a=b; '.repeat(50_000)}charset=utf-8`]), { words: ['parcel'] }),
  fixture(
    'pieces of a parameter without end',
    multipart('mixed', [
      plain('See.'),
      part(
        'application/pdf',
        'x',
        `Content-Disposition: attachment; ${Array.from({ length: 5000 }, (_, n) => `filename*${n}=a`).join('; ')}`,
      ),
    ]),
    { text: 'See.' },
  ),
  fixture('a boundary of 100,000 letters', mail([`Content-Type: multipart/mixed; boundary=${'b'.repeat(100_000)}`], 'The door.'), {
    words: ['The door.'],
  }),
  fixture('an empty boundary', mail(['Content-Type: multipart/mixed; boundary=""'], ['--', plain('The door.'), '----']), {
    words: ['The door.'],
  }),
  fixture('dashes that look like boundaries', mail(['Content-Type: multipart/mixed; boundary="-"'], '-'.repeat(300_000)), {
    from: 'amina@shop.example',
  }),
  fixture('a boundary 100,000 times', mail(['Content-Type: multipart/mixed; boundary=z'], '--z\r\n'.repeat(100_000)), {
    limits: ['parts'],
  }),
  fixture('NUL bytes everywhere', mail(['Subject: a\0b', 'From: A\0 <ami\0na@shop.example>'], '\0The\0 door.\0'), {
    subject: 'ab',
    text: 'The door.',
    never: ['\0'],
  }),
  fixture('nothing', '', { from: null, text: '', subject: '' }),
  fixture('a line', 'hello', { from: null, words: ['hello'] }),
  fixture('bytes that are no mail', Array.from({ length: 3000 }, (_, n) => String.fromCharCode((n * 7919) & 255)).join(''), { from: null }),
  fixture('300 files', multipart('mixed', [plain('See.'), ...Array.from({ length: 300 }, (_, n) => attached(`filename=f${n}.txt`, 'x'))]), {
    text: 'See.',
    limits: ['files'],
  }),
  fixture('a recipient that turns the reading direction', mail([utf8('To: "\u202etroppus" <support@acme.localhost>')]), {
    recipients: ['support@acme.localhost'],
  }),
  fixture('half characters', mail(['Content-Type: text/plain; charset=utf-16be'], '\xd8\x00\x00A'), { from: 'amina@shop.example' }),
  fixture(
    'a rich text that claims to be huge',
    multipart('mixed', [
      plain('See.'),
      attached(
        'filename=winmail.dat',
        `\x78\x9f\x3e\x22\x01\x00\x01\x03\x90\x06\x00\xff\xff\xff\x7f${'x'.repeat(100)}`,
        'application/ms-tnef',
      ),
    ]),
    { text: 'See.', files: ['winmail.dat'] },
  ),
  fixture(
    'parts that are not encoded, though their whole says so',
    multipart('mixed', [plain('The door jams since noon.'), attached('filename=a.txt', 'content')], ['Content-Transfer-Encoding: base64']),
    { text: 'The door jams since noon.', files: ['a.txt'] },
  ),
  fixture(
    'a message whose text has a name',
    mail(['Content-Type: text/plain; charset=utf-8; name="body.txt"', 'Content-Disposition: inline'], 'The door jams.'),
    { text: 'The door jams.', files: [] },
  ),
  fixture(
    'Shift_JIS that says ISO-2022-JP',
    mail(['Content-Type: text/plain; charset=iso-2022-jp'], inCharset('shift_jis', '印刷機が壊れました。至急修理をお願いいたします。')),
    { text: '印刷機が壊れました。至急修理をお願いいたします。' },
  ),
  fixture('XHTML', mail(['Content-Type: application/xhtml+xml; charset=utf-8'], '<html><body><p>The door jams.</p></body></html>'), {
    text: 'The door jams.',
    files: [],
  }),
  fixture('text of a kind that nobody knows', mail(['Content-Type: text/x-fancy; charset=utf-8'], 'The door jams.'), {
    text: 'The door jams.',
    files: [],
  }),
  fixture('a text with marks of its own, which is a file', mail(['Content-Type: text/rtf'], '{\\rtf1 The door jams.}'), {
    text: '',
    files: ['file-1.rtf'],
  }),
]
