/** What a request of the demo's administrator says in its `Authorization`. */
export async function administrator(origin) {
  const answer = await fetch(`${origin}/api/v1/sessions`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ phone: '0900000009', password: 'choque-demo' }),
  })
  if (answer.status !== 201) throw new Error(`the administrator cannot sign in: ${answer.status} ${await answer.text()}`)
  return `Bearer ${(await answer.json()).token}`
}
