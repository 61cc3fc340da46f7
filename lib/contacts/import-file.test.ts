import { describe, expect, it } from 'vitest'
import { decodeText } from '../core/decode-text'
import { english } from '../text/translator'
import { guessMapping } from './import-column'
import { readTable } from './import-file'
import { mapRows } from './import-row'

const refusalOf = async (csv: string) => {
  try {
    await readTable(csv)
  } catch (error) {
    return JSON.stringify((error as { data?: unknown }).data)
  }
  return null
}

describe('A file', () => {
  const utf16 = (text: string, isBig: boolean) => {
    const bytes = Buffer.from(text, 'utf16le')
    return isBig ? bytes.swap16() : bytes
  }
  it.each([
    ['UTF-8', Buffer.from('Name\nJörg 山')],
    ['UTF-8 with a mark', Buffer.from('\ufeffName\nJörg 山')],
    ['UTF-16 with a mark', utf16('\ufeffName\nJörg 山', false)],
    ['UTF-16, the other way round, with a mark', utf16('\ufeffName\nJörg 山', true)],
    ['UTF-16 without a mark', utf16('Name\nJörg 山', false)],
    ['UTF-16, the other way round, without a mark', utf16('Name\nJörg 山', true)],
  ])('in %s is read', async (_, bytes) => {
    expect((await readTable(decodeText(bytes))).rows[0]?.cells).toEqual(['Jörg 山'])
  })

  it('in Windows-1252 is read', () => {
    expect(decodeText(Buffer.from('Name;Ort\r\nJ\xf6rg;\x80uro', 'latin1'))).toBe('Name;Ort\r\nJörg;€uro')
  })

  it.each([
    ['commas', 'A,B\n1,2'],
    ['semicolons', 'A;B\n1;2'],
    ['tabs', 'A\tB\n1\t2'],
    ['bars', 'A|B\n1|2'],
    ['the sign that the first line says', 'sep=;\r\nA;B\r\n1;2'],
    ['the sign that the first line says in quotation marks', '"sep=\t"\nA\tB\n1\t2'],
    ['lines above that are empty', '\n\nA;B\n\n1;2\n;\n'],
    ['other signs in quotation marks', '"A","B"\n"1","2"'],
  ])('with %s is a table', async (_, csv) => {
    const { columns, rows } = await readTable(csv)
    expect(columns).toEqual(['A', 'B'])
    expect(rows.map(({ cells }) => cells)).toEqual([['1', '2']])
  })

  it('keeps the numbers of its lines, also below "sep=" and cells of several lines', async () => {
    expect((await readTable('sep=;\nA;B\n"1\n1";2\n3;4')).rows.map(({ line }) => line)).toEqual([4, 5])
    expect((await readTable('"a;b;c",B\n1,2')).columns).toEqual(['a;b;c', 'B'])
  })

  it.each([
    ['Name,Email\nAda,a@b.test\nBob "B" Roe,"x"y@b.test', 'csvQuote', 3],
    ['Name,Email\nAda,"a@b.test"\nX,"open\nY,z', 'csvQuoteOpen', 3],
    ['Name\n"open', 'csvQuoteOpen', 2],
    ['Name,Email\nBob 6" Roe,b@b.test', 'csvQuote', 2],
  ])('with a stray quotation mark is refused with its line: %j', async (csv, key, line) => {
    const said = await refusalOf(csv)
    expect(said).toContain(`contacts.${key}{\\"line\\":${line}}`)
  })
})

describe('Columns are known by their names', () => {
  it.each([
    ['Zendesk', { Name: 'name', Email: 'email', 'External ID': null, Organization: 'organisation', Phone: 'phone', Tags: 'tags', Notes: 'notes', Role: null }],
    ['Freshdesk', { 'Full name': 'name', Title: null, Company: 'organisation', Email: 'email', 'Secondary emails': 'email', 'Work phone': 'phone', 'Mobile phone': 'phone', Tags: 'tags', About: 'notes', Twitter: null, 'Time zone': null }],
    ['Outlook', { Title: null, 'First Name': 'firstName', 'Middle Name': 'firstName', 'Last Name': 'lastName', Company: 'organisation', 'E-mail Address': 'email', 'E-mail Type': null, 'E-mail Display Name': null, 'E-mail 2 Address': 'email', 'Business Phone': 'phone', 'Business Fax': null, 'Mobile Phone': 'phone', Categories: 'tags', Notes: 'notes' }],
    ['Google', { 'First Name': 'firstName', 'Last Name': 'lastName', 'Organization Name': 'organisation', Labels: 'tags', 'E-mail 1 - Label': null, 'E-mail 1 - Value': 'email', 'E-mail 2 - Value': 'email', 'Phone 1 - Label': null, 'Phone 1 - Value': 'phone', Notes: 'notes' }],
    ['older Google', { Name: 'name', 'Given Name': 'firstName', 'Family Name': 'lastName', 'Organization 1 - Name': 'organisation', 'Organization 1 - Type': null, 'E-mail 1 - Type': null, 'Group Membership': 'tags' }],
    ['German', { Vorname: 'firstName', Nachname: 'lastName', 'E-Mail-Adresse': 'email', Telefonnummer: 'phone', Handy: 'phone', Firma: 'organisation', Notizen: 'notes' }],
    ['our own', { Name: 'name', Email: 'email', Phone: 'phone', Organisation: 'organisation', Tier: 'tier', Tags: 'tags', Notes: 'notes' }],
    ['no address', { 'Email Opt Out': null, 'Email opt-out': null, 'Email verified': null, email_status: null, 'Mailing street': null, 'Mail city': null, emailAddress: 'email', email_address: 'email', mobileNumber: 'phone' }],
  ])('%s', (_, expected: Record<string, string | null>) => {
    const mapping = guessMapping(Object.keys(expected))
    expect(Object.fromEntries(Object.keys(expected).map((column) => [column, mapping[column] ?? null]))).toEqual(expected)
  }) // biome-ignore format: a table
})

describe('A row', () => {
  const read = async (csv: string) => {
    const table = await readTable(csv)
    return mapRows(table, guessMapping(table.columns), english)
  }

  it('may have its name in two columns', async () => {
    expect((await read('Vorname;Nachname;E-Mail\nJörg;von Doe;j@d.test'))[0]?.row).toMatchObject({ name: 'Jörg von Doe', isNamed: true })
    expect((await read('First Name,Last Name,Email\nCher,,c@d.test\n,,x@d.test')).map(({ row }) => row?.name)).toEqual(['Cher', 'x'])
  })

  it.each([
    ['a@x.test, b@x.test;c@x.test', ['a@x.test', 'b@x.test', 'c@x.test']],
    ['a@x.test b@x.test', ['a@x.test', 'b@x.test']],
    ['a@x.test ::: A@X.test', ['a@x.test']],
    ['Ada Doe <a@x.test>', ['a@x.test']],
    ['Ada <a@x.test>; Bob <b@bücher.test>', ['a@x.test', 'b@xn--bcher-kva.test']],
  ])('has all addresses of a cell: %s', async (cell, emails) => {
    expect((await read(`Name,Email\nAda,"${cell}"`))[0]?.row?.emails).toEqual(emails)
  })

  it.each([
    ['+254 20 123456; 0711 / 123456', ['+254 20 123456', '0711 / 123456']],
    ['020 1234567 / 020 7654321', ['020 1234567', '020 7654321']],
    ['+1 555 0100 ::: +1 555 0101', ['+1 555 0100', '+1 555 0101']],
  ])('has all phone numbers of a cell: %s', async (cell, phones) => {
    expect((await read(`Name,Phone\nAda,"${cell}"`))[0]?.row?.phones).toEqual(phones)
  })

  it('has its addresses and numbers from several columns', async () => {
    expect((await read('Name,Email,Secondary email,Phone,Mobile\nAda,a@x.test,b@x.test,123456789,987654321'))[0]?.row).toMatchObject({
      emails: ['a@x.test', 'b@x.test'],
      phones: ['123456789', '987654321'],
    })
  })

  it('says which of several addresses is none, instead of leaving it out', async () => {
    expect((await read('Name,Email\nAda,"a@x.test, nonsense"'))[0]).toMatchObject({
      row: null,
      problem: expect.stringContaining('nonsense'),
    })
  })

  it('without an address comes once, by a number with something of the name, else by name and organisation', async () => {
    const rows = await read(
      'Name,Phone,Company\nAda Doe,+1 555 010 0200,Acme\nA. Doe,15550100200,\nBob Roe,+1 555 010 0200,Acme\nBÓB ROE,,acme\nBob Roe,,Other\nBob Roe,,',
    )
    expect(rows.map(({ problem }) => problem !== null)).toEqual([false, true, false, true, false, false])
  })
})
