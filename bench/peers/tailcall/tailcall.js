// tailcall's own script hooks (QuickJS): splitting "nic-141-0" cannot be said in mustache templates.
function serverIdOf(nicId) {
  return nicId.slice(4, nicId.lastIndexOf('-'))
}
// onResponseBody hook: the attachments of one network, each given the id of its server.
// biome-ignore lint/correctness/noUnusedVariables: called by name from gateway.graphql.
function tagNics(text) {
  const nics = JSON.parse(text)
  for (const n of nics) n.server_id = serverIdOf(n.id)
  return JSON.stringify(nics)
}
// @js resolver: a network's attachment ids as NIC objects.
// biome-ignore lint/correctness/noUnusedVariables: called by name from gateway-nobatch.graphql.
function splitNics(text) {
  return JSON.stringify(JSON.parse(text).attachments.map((id) => ({ id, server_id: serverIdOf(id) })))
}
