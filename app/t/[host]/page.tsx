export default async function P({ params }: { params: Promise<{ host: string }> }) {
  return <p>{(await params).host}</p>
}
