import { type ApiClient } from '@carrel/contract';
import type { QueryClient } from '@tanstack/react-query';
import {
  createRootRouteWithContext,
  createRoute,
  createRouter,
  lazyRouteComponent,
  Outlet,
  redirect,
} from '@tanstack/react-router';
import { z } from 'zod';
import { auditFiltersSchema } from '../audit/audit-filters.ts';
import { deviceFiltersSchema } from '../devices/device-filters.ts';
import { eventFiltersSchema } from '../events/event-filters.ts';
import { planTabNames } from '../planner/plan-tabs.ts';
import { sessionQuery } from '../session/index.ts';
import { LoadingBlock } from '../ui/index.ts';
import { workspaceTabs } from '../workspaces/tab-names.ts';
import { deviceParams, imageParams, planParams, workspaceParams } from './params.ts';
import { roomsFor } from './rooms.ts';
import { RouteNotFound, RouteProblem } from './route-problem.tsx';
import { Shell } from './shell.tsx';

export interface RouterContext {
  readonly api: ApiClient;
  readonly queryClient: QueryClient;
}

const root = createRootRouteWithContext<RouterContext>()({ component: Outlet });

const signIn = createRoute({
  getParentRoute: () => root,
  path: '/sign-in',
  validateSearch: z.object({
    /** Code of a sign-in that failed at a provider. */
    error: z
      .string()
      .regex(/^[A-Z_]{1,60}$/)
      .optional()
      .catch(undefined),
    // A path of this console only: never a way to another site.
    back: z
      .string()
      .regex(/^\/(?![/\\])/)
      .optional()
      .catch(undefined),
  }),
  component: lazyRouteComponent(() => import('../session/sign-in-page.tsx'), 'SignInPage'),
});

const signedIn = createRoute({
  getParentRoute: () => root,
  id: 'signed-in',
  beforeLoad: async ({ context, location }) => {
    const session = await context.queryClient.query({
      ...sessionQuery(context.api),
      staleTime: 'static',
    });
    if (session === null && !hasShell())
      redirect({ to: '/sign-in', search: { back: location.href }, throw: true });
    return { permissions: session?.permissions ?? [] };
  },
  component: Shell,
});

const home = createRoute({
  getParentRoute: () => signedIn,
  path: '/',
  beforeLoad: ({ context }) => {
    const first = roomsFor(context.permissions)[0];
    if (first) redirect({ to: first.to, throw: true });
  },
});

const images = createRoute({
  getParentRoute: () => signedIn,
  path: '/images',
  component: lazyRouteComponent(() => import('../images/images-page.tsx'), 'ImagesPage'),
});
const image = createRoute({
  getParentRoute: () => signedIn,
  path: '/images/$imageId',
  params: { parse: (params) => imageParams.parse(params) },
  component: lazyRouteComponent(() => import('../images/image-page.tsx'), 'ImagePage'),
});
const workspaces = createRoute({
  getParentRoute: () => signedIn,
  path: '/workspaces',
  component: lazyRouteComponent(() => import('../workspaces/workspaces-page.tsx'), 'WorkspacesPage'),
});
const newWorkspace = createRoute({
  getParentRoute: () => signedIn,
  path: '/workspaces/new',
  component: lazyRouteComponent(() => import('../workspaces/new-workspace-page.tsx'), 'NewWorkspacePage'),
});
const workspace = createRoute({
  getParentRoute: () => signedIn,
  path: '/workspaces/$workspaceId',
  params: { parse: (params) => workspaceParams.parse(params) },
  validateSearch: z.object({ tab: z.enum(workspaceTabs).optional().catch(undefined) }),
  component: lazyRouteComponent(() => import('../workspaces/workspace-page.tsx'), 'WorkspacePage'),
});
const planner = createRoute({
  getParentRoute: () => signedIn,
  path: '/planner',
  component: lazyRouteComponent(() => import('../planner/planner-page.tsx'), 'PlannerPage'),
});
const newPlan = createRoute({
  getParentRoute: () => signedIn,
  path: '/planner/new',
  component: lazyRouteComponent(() => import('../planner/start/new-plan-page.tsx'), 'NewPlanPage'),
});
const consolidation = createRoute({
  getParentRoute: () => signedIn,
  path: '/planner/consolidation',
  component: lazyRouteComponent(
    () => import('../planner/consolidation/consolidation-page.tsx'),
    'ConsolidationPage',
  ),
});
const plan = createRoute({
  getParentRoute: () => signedIn,
  path: '/planner/$planId',
  params: { parse: (params) => planParams.parse(params) },
  validateSearch: z.object({ tab: z.enum(planTabNames).optional().catch(undefined) }),
  component: lazyRouteComponent(() => import('../planner/plan-page.tsx'), 'PlanPage'),
});
const people = createRoute({
  getParentRoute: () => signedIn,
  path: '/people',
  validateSearch: z.object({ tab: z.enum(['users', 'groups']).optional().catch(undefined) }),
  component: lazyRouteComponent(() => import('../people/people-page.tsx'), 'PeoplePage'),
});
const devices = createRoute({
  getParentRoute: () => signedIn,
  path: '/devices',
  validateSearch: deviceFiltersSchema,
  component: lazyRouteComponent(() => import('../devices/devices-page.tsx'), 'DevicesPage'),
});
const device = createRoute({
  getParentRoute: () => signedIn,
  path: '/devices/$deviceId',
  params: { parse: (params) => deviceParams.parse(params) },
  component: lazyRouteComponent(() => import('../devices/device-page.tsx'), 'DevicePage'),
});
const events = createRoute({
  getParentRoute: () => signedIn,
  path: '/events',
  validateSearch: eventFiltersSchema,
  component: lazyRouteComponent(() => import('../events/events-page.tsx'), 'EventsPage'),
});
const tasks = createRoute({
  getParentRoute: () => signedIn,
  path: '/tasks',
  component: lazyRouteComponent(() => import('../tasks/tasks-page.tsx'), 'TasksPage'),
});
const audit = createRoute({
  getParentRoute: () => signedIn,
  path: '/audit',
  validateSearch: auditFiltersSchema,
  component: lazyRouteComponent(() => import('../audit/audit-page.tsx'), 'AuditPage'),
});

const administrators = createRoute({
  getParentRoute: () => signedIn,
  path: '/administrators',
  validateSearch: z.object({ tab: z.enum(['roles', 'tokens']).optional().catch(undefined) }),
  component: lazyRouteComponent(
    () => import('../administrators/administrators-page.tsx'),
    'AdministratorsPage',
  ),
});
const signOn = createRoute({
  getParentRoute: () => signedIn,
  path: '/sign-on',
  validateSearch: z.object({ tab: z.enum(['providers']).optional().catch(undefined) }),
  component: lazyRouteComponent(() => import('../sign-on/sign-on-page.tsx'), 'SignOnPage'),
});
const instance = createRoute({
  getParentRoute: () => signedIn,
  path: '/instance',
  validateSearch: z.object({ tab: z.enum(['secrets', 'keys']).optional().catch(undefined) }),
  component: lazyRouteComponent(() => import('../instance/instance-page.tsx'), 'InstancePage'),
});
const account = createRoute({
  getParentRoute: () => signedIn,
  path: '/account',
  component: lazyRouteComponent(() => import('../account/account-page.tsx'), 'AccountPage'),
});

const routeTree = root.addChildren([
  signIn,
  signedIn.addChildren([
    home,
    images,
    image,
    workspaces,
    newWorkspace,
    workspace,
    planner,
    newPlan,
    consolidation,
    plan,
    people,
    devices,
    device,
    events,
    tasks,
    audit,
    administrators,
    signOn,
    instance,
    account,
  ]),
]);

/** Addresses of the console; each room's code is loaded when it is first entered. */
export function createConsoleRouter(context: RouterContext) {
  return createRouter({
    routeTree,
    context,
    defaultPreload: 'intent',
    scrollRestoration: true,
    defaultErrorComponent: RouteProblem,
    defaultNotFoundComponent: RouteNotFound,
    defaultPendingComponent: LoadingBlock,
  });
}

/** While the shell stands, a session that ended is renewed over the page instead of at the door. */
function hasShell(): boolean {
  return document.getElementById('room') !== null;
}

declare module '@tanstack/react-router' {
  interface Register {
    router: ReturnType<typeof createConsoleRouter>;
  }
}
