import { expect, it } from 'vitest'
import { contentKeyOf } from './facts'
import { parseMail } from './parse'

const mail = (html: string, trace = 'one way') =>
  parseMail(
    Buffer.from(
      `Received: ${trace}\r\nFrom: Ada <ada@example.com>\r\nSubject: Lamp\r\nMessage-ID: <constant@device.example>\r\nMIME-Version: 1.0\r\n` +
        'Content-Type: multipart/alternative; boundary=b\r\n\r\n--b\r\nContent-Type: text/plain\r\n\r\nSee below.\r\n' +
        `--b\r\nContent-Type: text/html\r\n\r\n${html}\r\n--b--\r\n`,
    ),
  )

it('a message is the same by another way, and not one that differs only in its formatted form', async () => {
  const key = contentKeyOf(await mail('<p>See <b>below</b>.</p>'))
  expect(contentKeyOf(await mail('<p>See <b>below</b>.</p>', 'another'))).toBe(key)
  expect(contentKeyOf(await mail('<p>See <del>below</del>.</p>'))).not.toBe(key)
})
