export default function P() {
  return <p>root</p>
}
