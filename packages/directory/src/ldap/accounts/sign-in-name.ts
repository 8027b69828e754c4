/** How somebody said who they are. */
export type SignInName =
  /** `CORP\ada`: the domain by its short name */
  | { readonly form: 'down-level'; readonly domain: string; readonly name: string }
  /** `ada@corp.example`: what is behind the last `@` is a domain or one of its further suffixes */
  | { readonly form: 'principal'; readonly suffix: string; readonly name: string; readonly whole: string }
  | { readonly form: 'plain'; readonly name: string };

/** Names with nothing before or behind the sign are taken as they are, as plain ones. */
export function parseSignInName(text: string): SignInName {
  const downLevel = /^([^\\]+)\\([^\\]+)$/u.exec(text);
  if (downLevel?.[1] !== undefined && downLevel[2] !== undefined) {
    return { form: 'down-level', domain: downLevel[1], name: downLevel[2] };
  }
  const principal = /^(.+)@([^@]+)$/u.exec(text);
  if (principal?.[1] !== undefined && principal[2] !== undefined) {
    return { form: 'principal', suffix: principal[2], name: principal[1], whole: text };
  }
  return { form: 'plain', name: text };
}

/** Names of a domain, as far as signing in goes. */
export interface DomainNames {
  readonly dnsName: string;
  readonly netbiosName: string | null;
  readonly userNameSuffixes: readonly string[];
}

/** Whether the name says that this domain is meant; plain names mean none in particular. */
export function namesDomain(name: SignInName, domain: DomainNames): boolean {
  switch (name.form) {
    case 'plain':
      return false;
    case 'down-level':
      return [domain.netbiosName, domain.dnsName].some((own) => own !== null && isSame(own, name.domain));
    case 'principal':
      return [domain.dnsName, ...domain.userNameSuffixes].some((own) => isSame(own, name.suffix));
  }
}

function isSame(one: string, other: string): boolean {
  return one.toLowerCase() === other.toLowerCase();
}
