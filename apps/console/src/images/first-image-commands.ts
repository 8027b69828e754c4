/** One step from nothing to a published image. */
export interface ImageStep {
  readonly title: string;
  readonly command: string;
}

/**
 * The commands that make an image and publish it on this server.
 *
 * @param origin address of this server, `https://HOST:PORT`
 * @param name the image
 * @param version the number the next version will get, used as its tag
 */
export function imageSteps(origin: string, name: string, version: number): readonly ImageStep[] {
  const reference = `${origin}/${name}:${version}`;
  return [
    { title: 'Sign the command line in', command: `carrel login ${origin}` },
    {
      title: 'Build a bootable disk from a recipe',
      command: `carrel image build recipes/${name}.yaml -o ${name}.raw`,
    },
    {
      title: 'Pack it into this server’s repository',
      command: `carrel image pack ${name}.raw --to ${reference}`,
    },
    { title: 'Publish it as a version', command: `carrel image publish ${reference} --as ${name}` },
  ];
}
