import { attached, base64, fixture, html, inCharset, type MailFixture, mail, multipart, nested, part, plain, utf8 } from './build'
import { tnef, tnefRtf } from './tnef'

const typed = (name: string, type: string, body: string, text: string, more: string[] = []): MailFixture =>
  fixture(name, mail(['MIME-Version: 1.0', `Content-Type: ${type}`, ...more], body), { text })
const cte = (value: string) => [`Content-Transfer-Encoding: ${value}`]
const german = 'Die Tür ist zu groß für den Flur, und der Schlüssel fehlt.'
const russian = 'Здравствуйте, дверь больше не открывается, пришлите мастера.'
const japanese = '荷物が隣の家に配達されました。確認をお願いします。'
const chinese = '您好,我的包裹被送到了邻居家,请您帮忙查一下,谢谢。'
const traditional = '您好,我的包裹被送到了鄰居家,請您幫忙查一下,謝謝。'
const korean = '안녕하세요, 소포가 이웃집으로 배달되었습니다. 확인 부탁드립니다.'
const pixel = 'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=='
const picture = (id: string, name = 'crack.png') =>
  part(`image/png; name="${name}"`, pixel, `Content-ID: <${id}>`, `Content-Disposition: inline; filename="${name}"`, ...cte('base64'))
const inner = (subject: string, body = 'inner words') => `From: x@y.example\r\nSubject: ${subject}\r\n\r\n${body}`
const named = (name: string, disposition: string, right: string, type = 'application/pdf'): MailFixture =>
  fixture(name, multipart('mixed', [plain('See the file.'), attached(disposition, 'content', type)]), {
    text: 'See the file.',
    files: [right],
    says: { [right]: 'content' },
  })

const invite = [
  'BEGIN:VCALENDAR', 'METHOD:REQUEST', 'BEGIN:VTIMEZONE', 'TZID:Africa/Nairobi', 'BEGIN:STANDARD', 'DTSTART:19700101T000000',
  'END:STANDARD', 'END:VTIMEZONE', 'BEGIN:VEVENT', 'UID:visit-1@shop.example', 'SUMMARY:Visit of the technician\\, first',
  'DTSTART;TZID=Africa/Nairobi:20261104T090000', 'DTEND;TZID=Africa/Nairobi:20261104T100000', 'LOCATION:Shop 4\\, Market', ' Street',
  'ORGANIZER;CN=Amina:mailto:amina@shop.example', 'BEGIN:VALARM', 'DESCRIPTION:x', 'END:VALARM', 'END:VEVENT', 'END:VCALENDAR',
].join('\r\n') // biome-ignore format: a calendar reads better than a column

/** What a message says and carries: RFC 2045 to 2049, 2231, 3676, 5751, 3156, 5545, and what mail programs make of them. */
export const bodies: MailFixture[] = [
  typed('US-ASCII', 'text/plain', 'Hello there.', 'Hello there.'),
  typed('UTF-8', 'text/plain; charset=utf-8', utf8(german), german),
  typed('UTF-8 in quotation marks', 'text/plain; charset="UTF-8"', utf8(german), german),
  typed('UTF-8 as it is misspelt', 'text/plain; charset=utf8', utf8(german), german),
  typed('UTF-8 with a byte order mark', 'text/plain; charset=utf-8', `\xef\xbb\xbf${utf8(german)}`, german),
  typed('UTF-8 that says ISO-8859-1', 'text/plain; charset=iso-8859-1', utf8(german), german),
  typed('UTF-8 that says US-ASCII', 'text/plain; charset=us-ascii', utf8(german), german),
  typed('windows-1252 that says UTF-8', 'text/plain; charset=utf-8', inCharset('windows-1252', german), german),
  typed('windows-1252 that says US-ASCII', 'text/plain; charset=us-ascii', inCharset('windows-1252', german), german),
  typed('windows-1252 that says nothing', 'text/plain', inCharset('windows-1252', german), german),
  typed('UTF-8 that says nothing', 'text/plain', utf8(german), german),
  typed('windows-1252', 'text/plain; charset=cp1252', inCharset('windows-1252', '„So“ – 5 €'), '„So“ – 5 €'),
  typed('ISO-8859-15', 'text/plain; charset=iso-8859-15', inCharset('iso-8859-15', '5 € für œuvre'), '5 € für œuvre'),
  typed('ISO-8859-2', 'text/plain; charset=iso-8859-2', inCharset('iso-8859-2', 'Żółta łódź'), 'Żółta łódź'),
  typed(
    'ISO-8859-9',
    'text/plain; charset=iso-8859-9',
    inCharset('iso-8859-9', 'Kapı açılmıyor, teşekkürler'),
    'Kapı açılmıyor, teşekkürler',
  ),
  typed('windows-1256', 'text/plain; charset=windows-1256', inCharset('windows-1256', 'الباب لا يفتح'), 'الباب لا يفتح'),
  typed('windows-1255', 'text/plain; charset=windows-1255', inCharset('windows-1255', 'הדלת לא נפתחת'), 'הדלת לא נפתחת'),
  typed('ISO-8859-8-I', 'text/plain; charset=iso-8859-8-i', inCharset('iso-8859-8', 'הדלת'), 'הדלת'),
  typed('windows-1251', 'text/plain; charset=windows-1251', inCharset('windows-1251', russian), russian),
  typed('KOI8-R', 'text/plain; charset=koi8-r', inCharset('koi8-r', russian), russian),
  typed('KOI8-U', 'text/plain; charset=koi8-u', inCharset('koi8-u', 'Двері не відчиняються'), 'Двері не відчиняються'),
  typed('CP866', 'text/plain; charset=cp866', inCharset('cp866', russian), russian),
  typed('CP437', 'text/plain; charset=cp437', inCharset('cp437', 'Tür'), 'Tür'),
  typed('CP850', 'text/plain; charset=cp850', inCharset('cp850', 'Tür'), 'Tür'),
  typed('Macintosh', 'text/plain; charset=macintosh', inCharset('macintosh', 'Tür größer'), 'Tür größer'),
  typed('TIS-620', 'text/plain; charset=tis-620', inCharset('tis-620', 'ประตูเปิดไม่ได้'), 'ประตูเปิดไม่ได้'),
  typed('Greek', 'text/plain; charset=iso-8859-7', inCharset('iso-8859-7', 'Η πόρτα δεν ανοίγει'), 'Η πόρτα δεν ανοίγει'),
  typed('Shift_JIS', 'text/plain; charset=shift_jis', inCharset('shift_jis', japanese), japanese),
  typed('EUC-JP', 'text/plain; charset=euc-jp', inCharset('euc-jp', japanese), japanese),
  typed('ISO-2022-JP', 'text/plain; charset=iso-2022-jp', '\x1b$BF|K\\8l\x1b(B desu', '日本語 desu'),
  typed('ISO-2022-JP that says nothing', 'text/plain', '\x1b$BF|K\\8l\x1b(B desu', '日本語 desu'),
  typed('Shift_JIS that says nothing', 'text/plain', inCharset('shift_jis', japanese), japanese),
  typed('EUC-JP that says nothing', 'text/plain', inCharset('euc-jp', japanese), japanese),
  typed('GB2312', 'text/plain; charset=gb2312', inCharset('gbk', chinese), chinese),
  typed('GBK that says nothing', 'text/plain', inCharset('gbk', chinese), chinese),
  typed('GBK that says UTF-8', 'text/plain; charset=utf-8', inCharset('gbk', chinese), chinese),
  typed('GB18030 beyond GBK', 'text/plain; charset=gb2312', inCharset('gb18030', '价格 € 5 㐀'), '价格 € 5 㐀'),
  typed('Big5', 'text/plain; charset=big5', inCharset('big5', traditional), traditional),
  typed('Big5 that says nothing', 'text/plain', inCharset('big5', traditional), traditional),
  typed('HZ', 'text/plain; charset=hz-gb-2312', 'A~{VPND~}B', 'A中文B'),
  typed('EUC-KR', 'text/plain; charset=euc-kr', inCharset('euc-kr', korean), korean),
  typed('Korean as Outlook names it', 'text/plain; charset=ks_c_5601-1987', inCharset('cp949', korean), korean),
  typed('ISO-2022-KR', 'text/plain; charset=iso-2022-kr', '\x1b$)C\r\n\x0eGQ1[\x0f ok', '한글 ok'),
  typed('UTF-7', 'text/plain; charset=utf-7', 'B+APw-ro 1 +- 1 +IKw-', 'Büro 1 + 1 €'),
  typed('UTF-16', 'text/plain; charset=utf-16', base64(`\xff\xfe${inCharset('utf-16le', german)}`), german, cte('base64')),
  typed('UTF-16BE', 'text/plain; charset=utf-16be', base64(inCharset('utf-16be', german)), german, cte('base64')),
  typed('an unknown charset', 'text/plain; charset=x-unknown', utf8(german), german),
  typed('an 8-bit charset that is unknown', 'text/plain; charset=foo-bar', inCharset('windows-1252', german), german),
  typed('an empty charset', 'text/plain; charset=', utf8(german), german),
  typed('quoted-printable', 'text/plain; charset=utf-8', 'T=C3=BCr =\r\nzu gro=C3=9F', 'Tür zu groß', cte('quoted-printable')),
  typed(
    'quoted-printable with small letters and stray signs',
    'text/plain; charset=utf-8',
    'T=c3=bcr = 5 =zz',
    'Tür = 5 =zz',
    cte('quoted-printable'),
  ),
  typed('quoted-printable with blanks at the end of a soft line', 'text/plain', 'one =  \r\ntwo', 'one two', cte('Quoted-Printable')),
  typed('base64', 'text/plain; charset=utf-8', base64(utf8(german)), german, cte('base64')),
  typed(
    'base64 with junk and in one line',
    'text/plain; charset=utf-8',
    `  ${base64(utf8(german)).replace(/\r\n/g, '')} !!`,
    german,
    cte('BASE64'),
  ),
  typed('base64 in two pieces, each padded', 'text/plain', `${base64('One t')}\r\n${base64('wo.')}`, 'One two.', cte('base64')),
  typed(
    'says base64 and is text',
    'text/plain',
    'The door jams, and this is no base64 at all!',
    'The door jams, and this is no base64 at all!',
    cte('base64'),
  ),
  typed('an unknown encoding', 'text/plain', 'The door jams.', 'The door jams.', cte('x-none')),
  typed('8bit with a comment', 'text/plain; charset=utf-8', utf8(german), german, cte('8bit (raw)')),
  typed(
    'uuencode within the text',
    'text/plain',
    'See below.\r\n\r\nbegin 644 a.txt\r\n#0V%T\r\n`\r\nend\r\n',
    'See below.\r\n\r\nbegin 644 a.txt\r\n#0V%T\r\n`\r\nend'.replace(/\r\n/g, '\n'),
  ),
  typed('flowed', 'text/plain; charset=utf-8; format=flowed', 'The door \r\njams.\r\n\r\n-- \r\nAmina', 'The door jams.\n\n-- \nAmina'),
  typed('flowed with DelSp', 'text/plain; format=flowed; delsp=yes', 'The do \r\nor jams.', 'The door jams.'),
  typed('flowed and stuffed', 'text/plain; format=flowed', ' From here \r\non.\r\n> quoted \r\n> line', 'From here on.\n> quoted line'),
  typed('a bare CR between lines', 'text/plain', 'one\rtwo\r\nthree', 'one\ntwo\nthree'),
  typed('NUL bytes', 'text/plain', 'on\0e', 'one'),
  typed('HTML alone', 'text/html; charset=utf-8', utf8(`<p>Die <b>Tür</b></p><p>klemmt &amp; knarrt</p>`), 'Die Tür\n\nklemmt & knarrt'),
  typed(
    'HTML whose charset stands within',
    'text/html',
    inCharset('windows-1251', `<meta charset="windows-1251"><p>${russian}</p>`),
    russian,
  ),
  typed('HTML with style and script', 'text/html', '<style>p{color:red}</style><script>x()</script><p>The door.</p>', 'The door.'),
  typed('headings keep their letters', 'text/html', '<h1>The door</h1>', 'The door'),
  typed('a type in capitals', 'TEXT/PLAIN; CHARSET=UTF-8', utf8(german), german),
  typed('a type without a subtype', 'text', 'The door.', 'The door.'),
  typed('a type that is nonsense', 'foo bar', 'The door.', 'The door.'),
  typed('a type of enriched text', 'text/enriched', 'The <bold>door</bold>.', 'The door.'),
  fixture('two types', mail(['Content-Type: text/plain', 'Content-Type: text/html'], 'The <b>door</b>.'), { words: ['door'] }),
  fixture('an alternative', multipart('alternative', [plain('The door.'), html('<p>The <b>door</b>.</p>')]), {
    text: 'The door.',
    html: ['<b>door</b>'],
    files: [],
  }),
  fixture('an alternative whose plain text is empty', multipart('alternative', [plain(''), html('<p>The door.</p>')]), {
    text: 'The door.',
  }),
  fixture(
    'an alternative whose plain text is a stub',
    multipart('alternative', [plain('Please open in a browser.'), html('<p>The door jams since noon and we cannot leave.</p>')]),
    { words: ['The door jams since noon'] },
  ),
  fixture('an alternative that begins with HTML', multipart('alternative', [html('<p>The door.</p>'), plain('The door.')]), {
    text: 'The door.',
  }),
  fixture(
    'mixed, with a signature below the file',
    multipart('mixed', [plain('Above.'), attached('filename=a.pdf', 'x'), plain('Below.')]),
    { words: ['Above.', 'Below.'], files: ['a.pdf'] },
  ),
  fixture('mixed of text and HTML', multipart('mixed', [plain('Plain one.'), html('<p>Formatted two.</p>')]), {
    words: ['Plain one.', 'Formatted two.'],
    html: ['Plain one.', 'Formatted two.'],
  }),
  fixture(
    'mixed in an alternative in related',
    multipart('mixed', [
      nested('related', [nested('alternative', [plain('The crack.'), html('<p>The crack: <img src="cid:c1"></p>')]), picture('c1')]),
    ]),
    { text: 'The crack.', files: ['crack.png'], html: ['cid:c1'] },
  ),
  fixture(
    'a picture in its place',
    multipart('related', [html('<p>The crack: <img src="cid:c@shop.example" alt="crack"> here.</p>'), picture('c@shop.example')]),
    { words: ['The crack:', 'here.'], never: ['[cid:', 'cid:'], files: ['crack.png'], html: ['cid:c@shop.example'] },
  ),
  fixture(
    'a picture marked in the plain text',
    multipart('alternative', [
      plain('The crack: [cid:image001.png@01D9] here.'),
      nested('related', [html('<p>The crack: <img src="cid:image001.png@01D9"> here.</p>'), picture('image001.png@01D9')]),
    ]),
    { words: ['The crack:', 'here.'], never: ['[cid:'] },
  ),
  fixture('a picture alone', multipart('mixed', [picture('only')]), { text: '', files: ['crack.png'] }),
  fixture(
    'a boundary not folded',
    mail(
      ['MIME-Version: 1.0', 'Content-Type: multipart/mixed;\r\nboundary="q7"'],
      ['--q7', plain('The door jams.'), '--q7', attached('filename=a.txt', 'x'), '--q7--'],
    ),
    { text: 'The door jams.', files: ['a.txt'] },
  ),
  fixture(
    'no boundary named',
    mail(['Content-Type: multipart/mixed'], ['--q8', plain('The lamp is dark.'), '--q8', attached('filename=a.txt', 'x'), '--q8--']),
    { text: 'The lamp is dark.', files: ['a.txt'] },
  ),
  fixture(
    'another boundary than is named',
    mail(
      ['Content-Type: multipart/mixed; boundary=other'],
      ['--q9', plain('The lamp is dark.'), '--q9', attached('filename=a.txt', 'x'), '--q9--'],
    ),
    { text: 'The lamp is dark.', files: ['a.txt'] },
  ),
  fixture('multipart and no boundary anywhere', mail(['Content-Type: multipart/mixed; boundary=gone'], 'The lamp is dark.'), {
    text: 'The lamp is dark.',
  }),
  fixture(
    'a boundary that is not closed',
    mail(['Content-Type: multipart/mixed; boundary=q10'], ['--q10', plain('The lamp is dark.'), '--q10', attached('filename=a.txt', 'x')]),
    { text: 'The lamp is dark.', files: ['a.txt'] },
  ),
  fixture(
    'an inner boundary that is not closed',
    mail(
      ['Content-Type: multipart/mixed; boundary=out'],
      [
        '--out',
        'Content-Type: multipart/alternative; boundary=in',
        '',
        '--in',
        plain('The lamp.'),
        '--out',
        attached('filename=a.txt', 'x'),
        '--out--',
      ],
    ),
    { text: 'The lamp.', files: ['a.txt'] },
  ),
  fixture(
    'a boundary with blanks behind it',
    mail(['Content-Type: multipart/mixed; boundary=q11'], ['--q11  ', plain('The lamp.'), '--q11--  ']),
    { text: 'The lamp.' },
  ),
  fixture(
    'a boundary of odd letters',
    mail(['Content-Type: multipart/mixed; boundary="=_(a)+\'x?:1=="'], ["--=_(a)+'x?:1==", plain('The lamp.'), "--=_(a)+'x?:1==--"]),
    { text: 'The lamp.' },
  ),
  fixture(
    'a boundary that begins another',
    mail(
      ['Content-Type: multipart/mixed; boundary=ab'],
      ['--ab', 'Content-Type: multipart/alternative; boundary=abc', '', '--abc', plain('The lamp.'), '--abc--', '--ab--'],
    ),
    { text: 'The lamp.' },
  ),
  fixture(
    'text before the first part',
    mail(['Content-Type: multipart/mixed; boundary=q12'], ['My own words.', '--q12', plain('The lamp.'), '--q12--']),
    { words: ['My own words.', 'The lamp.'] },
  ),
  fixture(
    'what mail programs write before the first part',
    mail(
      ['Content-Type: multipart/mixed; boundary=q13'],
      ['This is a multi-part message in MIME format.', '--q13', plain('The lamp.'), '--q13--'],
    ),
    { text: 'The lamp.' },
  ),
  fixture(
    'text behind the last part',
    mail(['Content-Type: multipart/mixed; boundary=q14'], ['--q14', plain('The lamp.'), '--q14--', 'And my own words.']),
    { words: ['The lamp.', 'And my own words.'] },
  ),
  fixture('a part without headers', mail(['Content-Type: multipart/mixed; boundary=q15'], ['--q15', '', 'The lamp.', '--q15--']), {
    text: 'The lamp.',
  }),
  fixture(
    'a part without headers and without a blank line',
    mail(['Content-Type: multipart/mixed; boundary=q16'], ['--q16', 'The lamp is dark.', '--q16--']),
    { words: ['The lamp is dark.'] },
  ),
  fixture(
    'multipart in quoted-printable',
    mail(
      ['Content-Type: multipart/mixed; boundary=q17', 'Content-Transfer-Encoding: quoted-printable'],
      ['--q17', plain('The lamp.'), '--q17--'],
    ),
    { text: 'The lamp.' },
  ),
  fixture(
    'multipart in bare CR',
    mail(
      ['Content-Type: multipart/mixed; boundary=q18'],
      ['--q18', plain('The lamp.'), '--q18', attached('filename=a.txt', 'x'), '--q18--'],
    ).replace(/\r\n/g, '\r'),
    { text: 'The lamp.', files: ['a.txt'] },
  ),
  fixture('parts of HTML in a row', multipart('mixed', [html('<p>One.</p>'), attached('filename=a.pdf', 'x'), html('<p>Two.</p>')]), {
    words: ['One.', 'Two.'],
    html: ['One.', 'Two.'],
  }),
  fixture(
    'text with a name',
    multipart('mixed', [plain('See.'), part('text/plain; name=log.txt', 'the log', 'Content-Disposition: inline; filename=log.txt')]),
    { text: 'See.', files: ['log.txt'], says: { 'log.txt': 'the log' } },
  ),
  fixture('text that is attached', multipart('mixed', [plain('See.'), part('text/plain', 'the log', 'Content-Disposition: attachment')]), {
    text: 'See.',
    files: ['file-1.txt'],
  }),
  fixture(
    'HTML that is attached',
    multipart('mixed', [plain('See.'), part('text/html', '<p>page</p>', 'Content-Disposition: attachment; filename=page.html')]),
    { text: 'See.', files: ['page.html'] },
  ),
  fixture(
    'only a file, no multipart',
    mail(
      ['Content-Type: application/pdf; name=scan.pdf', 'Content-Disposition: attachment; filename=scan.pdf', ...cte('base64')],
      base64('%PDF-1.4'),
    ),
    { text: '', files: ['scan.pdf'], says: { 'scan.pdf': '%PDF-1.4' } },
  ),
  fixture(
    'an empty file',
    multipart('mixed', [plain('See.'), part('text/plain; name=log.txt', '', 'Content-Disposition: attachment; filename=log.txt')]),
    { text: 'See.', empty: ['log.txt'] },
  ),
  named('a name in quotation marks', 'filename="Scan 1.pdf"', 'Scan 1.pdf'),
  named('a name without quotation marks, with blanks', 'filename=Scan 1.pdf', 'Scan 1.pdf'),
  named('a name by RFC 2231', "filename*=utf-8''Gr%C3%B6%C3%9Fe.pdf", 'Größe.pdf'),
  named('a name by RFC 2231 in pieces', 'filename*0="Gro"; filename*1="sse.pdf"', 'Grosse.pdf'),
  named('a name by RFC 2231 in encoded pieces', 'filename*0*=utf-8\'\'Gr%C3%B6; filename*1*=%C3%9Fe; filename*2=".pdf"', 'Größe.pdf'),
  named('a name by RFC 2231 in ISO-8859-1', "filename*=iso-8859-1'de'Gr%F6%DFe.pdf", 'Größe.pdf'),
  named('both ways', 'filename="Gr__e.pdf"; filename*=utf-8\'\'Gr%C3%B6%C3%9Fe.pdf', 'Größe.pdf'),
  named('a name in Q', 'filename="=?utf-8?Q?Gr=C3=B6=C3=9Fe.pdf?="', 'Größe.pdf'),
  named('a name in B, two words', `filename="=?utf-8?B?${base64(utf8('Grö'))}?= =?utf-8?B?${base64(utf8('ße.pdf'))}?="`, 'Größe.pdf'),
  named('a raw name in UTF-8', `filename="${utf8('Größe.pdf')}"`, 'Größe.pdf'),
  named('a raw name in windows-1252', `filename="${inCharset('windows-1252', 'Größe.pdf')}"`, 'Größe.pdf'),
  named('a path of Windows', 'filename="C:\\\\Users\\\\amina\\\\scan.pdf"', 'scan.pdf'),
  named('a path upwards', 'filename="../../etc/passwd"', 'passwd', 'text/plain'),
  named('a name that turns the reading direction', `filename="${utf8('scan\u202efdp.exe')}"`, 'scanfdp.exe'),
  named('a NUL in a name', 'filename="sc\0an.pdf"', 'scan.pdf'),
  named('escaped quotation marks in a name', 'filename="the \\"scan\\".pdf"', 'the "scan".pdf'),
  named('a semicolon in a name', 'filename="a;b.pdf"', 'a;b.pdf'),
  named('no name', '', 'file-1.pdf'),
  named('a name of dots', 'filename=".."', 'file-1.pdf'),
  fixture(
    'a name in the type alone',
    multipart('mixed', [plain('See.'), part('application/pdf; name="scan.pdf"', base64('x'), ...cte('base64'))]),
    { files: ['scan.pdf'] },
  ),
  fixture('a message in a message', multipart('mixed', [plain('See the mail I got.'), part('message/rfc822', inner('Inner'))]), {
    text: 'See the mail I got.',
    files: ['Inner.eml'],
  }),
  fixture(
    'a message whose subject is encoded',
    multipart('mixed', [plain('See.'), part('message/rfc822', inner('=?utf-8?Q?Gr=C3=B6=C3=9Fe: a/b?='))]),
    { files: ['Größe a b.eml'] },
  ),
  fixture('a message with a name', multipart('mixed', [plain('See.'), part('message/rfc822; name="mail.eml"', inner('Inner'))]), {
    files: ['mail.eml'],
  }),
  fixture('a message without a subject', multipart('mixed', [plain('See.'), part('message/rfc822', 'From: x@y.example\r\n\r\nwords')]), {
    files: ['message.eml'],
  }),
  fixture('a message in base64', multipart('mixed', [plain('See.'), part('message/rfc822', base64(inner('Inner')), ...cte('base64'))]), {
    files: ['Inner.eml'],
    says: { 'Inner.eml': inner('Inner') },
  }),
  fixture('a message that is all there is', mail(['Content-Type: message/rfc822'], inner('Inner')), { files: ['Inner.eml'] }),
  fixture(
    'messages in a digest',
    mail(['Content-Type: multipart/digest; boundary=d1'], ['--d1', '', inner('One'), '--d1', '', inner('Two'), '--d1--']),
    { files: ['One.eml', 'Two.eml'] },
  ),
  fixture('two files of one name', multipart('mixed', [plain('See.'), attached('filename=a.txt', '1'), attached('filename=a.txt', '2')]), {
    files: ['a.txt', 'a.txt'],
  }),
  fixture(
    'a calendar in an alternative',
    multipart('alternative', [plain('You are invited.'), part('text/calendar; method=REQUEST; charset=utf-8', invite)]),
    {
      text: 'You are invited.',
      files: ['invite.ics'],
      event: {
        method: 'REQUEST',
        summary: 'Visit of the technician, first',
        location: 'Shop 4, MarketStreet',
        start: '2026-11-04T09:00:00',
        zone: 'Africa/Nairobi',
        end: '2026-11-04T10:00:00',
      },
    },
  ),
  fixture('a calendar as a file', multipart('mixed', [plain('See.'), attached('filename="meeting.ics"', invite, 'text/calendar')]), {
    files: ['meeting.ics'],
    event: { summary: 'Visit of the technician, first' },
  }),
  fixture(
    'a calendar of a whole day',
    multipart('mixed', [
      plain('See.'),
      part(
        'text/calendar',
        'BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\nSUMMARY:Holiday\r\nDTSTART;VALUE=DATE:20261225\r\nEND:VEVENT\r\nEND:VCALENDAR',
      ),
    ]),
    { files: ['invite.ics'], event: { summary: 'Holiday', start: '2026-12-25' } },
  ),
  fixture(
    'a calendar in UTC, alone',
    mail(
      ['Content-Type: text/calendar; method=CANCEL'],
      'BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\nSUMMARY:Visit\r\nDTSTART:20261104T060000Z\r\nEND:VEVENT\r\nEND:VCALENDAR',
    ),
    { files: ['invite.ics'], event: { method: 'CANCEL', start: '2026-11-04T06:00:00Z' } },
  ),
  fixture('a calendar that is none', multipart('mixed', [plain('See.'), part('text/calendar', 'nonsense')]), { files: ['invite.ics'] }),
  fixture(
    'winmail.dat with files',
    multipart('mixed', [
      plain('See.'),
      attached(
        'filename=winmail.dat',
        tnef({
          files: [
            ['plan.pdf', 'plan'],
            ['note.txt', 'note'],
          ],
        }),
        'application/ms-tnef',
      ),
    ]),
    { text: 'See.', files: ['plan.pdf', 'note.txt'], says: { 'plan.pdf': 'plan' } },
  ),
  fixture(
    'winmail.dat with the text',
    multipart('mixed', [plain(''), attached('filename=winmail.dat', tnef({ text: 'The door jams.' }), 'application/vnd.ms-tnef')]),
    { text: 'The door jams.' },
  ),
  fixture(
    'winmail.dat with HTML',
    multipart('mixed', [
      plain(''),
      attached('filename=winmail.dat', tnef({ html: '<p>The <b>door</b> jams.</p>' }), 'application/ms-tnef'),
    ]),
    { text: 'The door jams.' },
  ),
  fixture(
    'winmail.dat with rich text',
    multipart('mixed', [
      plain(''),
      attached(
        'filename=winmail.dat',
        tnefRtf("{\\rtf1\\ansi{\\fonttbl{\\f0 Arial;}}The door\\par jams \\'fc \\u8364?.}"),
        'application/ms-tnef',
      ),
    ]),
    { text: 'The door\njams ü €.' },
  ),
  fixture(
    'winmail.dat that is the message',
    mail(
      ['Content-Type: application/ms-tnef; name=winmail.dat', ...cte('base64')],
      base64(tnef({ text: 'The door jams.', files: [['plan.pdf', 'plan']] })),
    ),
    { text: 'The door jams.', files: ['plan.pdf'] },
  ),
  fixture(
    'winmail.dat that is damaged',
    multipart('mixed', [
      plain('See.'),
      attached('filename=winmail.dat', tnef({ files: [['plan.pdf', 'plan']] }).slice(0, 40), 'application/ms-tnef'),
    ]),
    { text: 'See.', files: ['winmail.dat'] },
  ),
  fixture(
    'winmail.dat that is something else',
    multipart('mixed', [plain('See.'), attached('filename=winmail.dat', 'nonsense', 'application/ms-tnef')]),
    { files: ['winmail.dat'] },
  ),
  fixture(
    'signed by S/MIME',
    multipart('signed; protocol="application/pkcs7-signature"; micalg=sha-256', [
      plain('The door.'),
      attached('filename=smime.p7s', 'sig', 'application/pkcs7-signature'),
    ]),
    { text: 'The door.', files: ['smime.p7s'], protection: 'smime signed' },
  ),
  fixture(
    'encrypted by S/MIME',
    mail(
      [
        'Content-Type: application/pkcs7-mime; smime-type=enveloped-data; name=smime.p7m',
        'Content-Disposition: attachment; filename=smime.p7m',
        ...cte('base64'),
      ],
      base64('x'),
    ),
    { text: '', files: ['smime.p7m'], protection: 'smime encrypted' },
  ),
  fixture(
    'signed by S/MIME in one piece',
    mail(['Content-Type: application/x-pkcs7-mime; smime-type=signed-data; name=smime.p7m', ...cte('base64')], base64('x')),
    { files: ['smime.p7m'], protection: 'smime signed' },
  ),
  fixture(
    'signed by PGP',
    multipart('signed; protocol="application/pgp-signature"', [
      plain('The door.'),
      part('application/pgp-signature; name=signature.asc', 'sig'),
    ]),
    { text: 'The door.', files: ['signature.asc'], protection: 'pgp signed' },
  ),
  fixture(
    'encrypted by PGP',
    multipart('encrypted; protocol="application/pgp-encrypted"', [
      part('application/pgp-encrypted', 'Version: 1'),
      part('application/octet-stream; name=encrypted.asc', '-----BEGIN PGP MESSAGE-----'),
    ]),
    { protection: 'pgp encrypted' },
  ),
  fixture('encrypted by PGP within the text', mail([], '-----BEGIN PGP MESSAGE-----\r\n\r\nabc\r\n-----END PGP MESSAGE-----'), {
    protection: 'pgp encrypted',
  }),
  fixture(
    'signed by PGP within the text',
    mail(
      [],
      '-----BEGIN PGP SIGNED MESSAGE-----\r\nHash: SHA256\r\n\r\nThe door.\r\n-----BEGIN PGP SIGNATURE-----\r\n\r\nabc\r\n-----END PGP SIGNATURE-----',
    ),
    { words: ['The door.'], protection: 'pgp signed' },
  ),
  fixture(
    'a delivery status in an ordinary mail',
    multipart('mixed', [plain('I got this.'), part('message/delivery-status', 'Reporting-MTA: dns; x\r\n\r\nAction: failed')]),
    { text: 'I got this.' },
  ),
  fixture(
    'a reaction',
    multipart('alternative', [
      plain('Amina liked it'),
      part('text/vnd.google.email-reaction+json', '{"emoji":"x"}'),
      html('<p>Amina liked it</p>'),
    ]),
    { text: 'Amina liked it' },
  ),
  fixture(
    'AMP in an alternative',
    multipart('alternative', [plain('The door.'), part('text/x-amp-html', '<html amp4email><p>x</p></html>'), html('<p>The door.</p>')]),
    { text: 'The door.' },
  ),
  fixture('an empty message', mail([], ''), { text: '', files: [] }),
  fixture('headers and nothing below', mail([]).split('\r\n\r\n')[0] as string, { text: '', from: 'amina@shop.example' }),
  fixture(
    'an outside message by reference',
    multipart('mixed', [
      plain('See.'),
      part('message/external-body; access-type=URL; URL="https://x.example/a.pdf"', 'Content-Type: application/pdf\r\n\r\n'),
    ]),
    { text: 'See.' },
  ),
  fixture('a message in pieces', mail(['Content-Type: message/partial; id=1; number=1; total=2'], 'words of the first piece'), {
    words: ['words of the first piece'],
  }),
  typed(
    'a table, one row a line and a blank between cells',
    'text/html; charset=utf-8',
    '<table><tr><td>Lamp</td><td>7</td></tr><tr><td>Cable</td><td>9</td></tr></table>',
    'Lamp 7\nCable 9',
  ),
  typed('Markdown', 'text/markdown; charset=utf-8', '# Door\r\n\r\nIt is **shut**.', '# Door\n\nIt is **shut**.'),
  typed('Big5 with letters of Hong Kong', 'text/plain; charset=big5', inCharset('big5hkscs', '啲燈壞咗，喺房間'), '啲燈壞咗，喺房間'),
]
