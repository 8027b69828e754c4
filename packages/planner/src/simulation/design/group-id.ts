/** Of the clients of a workspace at a location. */
export function groupId(place: { readonly location: string; readonly workspace: string }): string {
  return JSON.stringify([place.location, place.workspace]);
}
