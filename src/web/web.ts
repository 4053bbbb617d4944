import { join } from "node:path";
import staticFiles from "@fastify/static";
import type { FastifyInstance, FastifyRequest } from "fastify";
import type { Problem } from "../errors.ts";
import { projectRoot } from "../project-root.ts";
import { readAssets } from "./assets.ts";
import { guardPages } from "./page.ts";
import { accountFormPage } from "./pages/accounts/form/page.ts";
import { accountOfPage } from "./pages/accounts/account/page.ts";
import { accountPage } from "./pages/session/account/page.ts";
import { accountsPage } from "./pages/accounts/accounts/page.ts";
import { apiGuidePage } from "./pages/open-api/api-guide/page.ts";
import { auditChartsPage } from "./pages/audit/charts/page.ts";
import { auditEntryPage } from "./pages/audit/entry/page.ts";
import { auditItemPage } from "./pages/audit/item/page.ts";
import { auditPage } from "./pages/audit/audit/page.ts";
import { auditSamplePage } from "./pages/audit/sample/page.ts";
import { authoritiesPage } from "./pages/authorities/authorities/page.ts";
import { authorityPage } from "./pages/authorities/authority/page.ts";
import { authorityRequestPage } from "./pages/authorities/request/page.ts";
import { boardPage } from "./pages/hits/board/page.ts";
import { tasksPage } from "./pages/tasks/tasks/page.ts";
import { enquiriesPage } from "./pages/enquiries/enquiries/page.ts";
import { enquiryPage } from "./pages/enquiries/enquiry/page.ts";
import { enrolPage } from "./pages/session/enrol/page.ts";
import { errorView } from "./pages/error/view.ts";
import { findingPage } from "./pages/audit/finding/page.ts";
import { findingsPage } from "./pages/audit/findings/page.ts";
import { historyPage } from "./pages/audit/history/page.ts";
import { hitPage } from "./pages/hits/hit/page.ts";
import { homePage } from "./pages/home/page.ts";
import { nrdPage } from "./pages/nrds/nrd/page.ts";
import { nrdsPage } from "./pages/nrds/nrds/page.ts";
import { organisationPage } from "./pages/organisations/organisation/page.ts";
import { organisationSignInPage } from "./pages/organisations/sign-in/page.ts";
import { organisationsPage } from "./pages/organisations/organisations/page.ts";
import { policyPage } from "./pages/policy/policy/page.ts";
import { policyPackPage } from "./pages/policy/policy-pack/page.ts";
import { sourceConfirmPage } from "./pages/sources/confirm/page.ts";
import { sourceFormPage } from "./pages/sources/form/page.ts";
import { sourcePage } from "./pages/sources/source/page.ts";
import { sourcesPage } from "./pages/sources/sources/page.ts";
import { quarantinePage } from "./pages/quarantine/quarantine/page.ts";
import { quarantinedPage } from "./pages/quarantine/quarantined/page.ts";
import { readPage } from "./pages/reads/read/page.ts";
import { providerPage } from "./pages/session/provider/page.ts";
import { signInPage } from "./pages/session/sign-in/page.ts";
import { stepUpPage } from "./pages/session/step-up/page.ts";
import { suspicionPage } from "./pages/suspicions/suspicion/page.ts";
import { suspicionsPage } from "./pages/suspicions/suspicions/page.ts";
import type { WebParts } from "./web-parts.ts";
import { pageRenderer } from "./renderer.ts";
import { ROUTES } from "./paths.ts";
import type { PageTools, PageRoutes } from "./page-tools.ts";

const PAGES = (assets: ReturnType<typeof readAssets>): readonly PageRoutes[] => [
  signInPage,
  providerPage,
  enrolPage,
  stepUpPage,
  accountPage,
  homePage,
  boardPage,
  hitPage(assets.outline),
  enquiriesPage,
  enquiryPage(assets.outline),
  readPage(assets.outline),
  authoritiesPage,
  authorityRequestPage,
  authorityPage,
  quarantinePage,
  quarantinedPage,
  nrdsPage,
  nrdPage(assets.outline),
  sourcesPage,
  sourceFormPage,
  sourcePage,
  sourceConfirmPage,
  policyPage,
  policyPackPage,
  auditPage,
  auditEntryPage,
  auditSamplePage,
  auditItemPage,
  findingsPage,
  findingPage,
  auditChartsPage,
  historyPage,
  accountsPage,
  accountFormPage,
  accountOfPage,
  organisationsPage,
  organisationPage,
  organisationSignInPage,
  tasksPage,
  suspicionsPage,
  suspicionPage,
  apiGuidePage,
];

/** What the HTTP server needs of the pages; the names are those of its options. */
export interface WebPages {
  /** Adds every page and the assets to a scope in which people are identified and bodies of forms are read. */
  readonly pages: (scope: FastifyInstance) => Promise<void>;
  /** Says in plain English what went wrong. */
  readonly renderErrorPage: (problem: Problem, request: FastifyRequest) => string;
}

/** The pages for people. @throws Error when the assets are not built */
export function webPages(ports: WebParts, assetFolder = join(projectRoot, "dist/assets")): WebPages {
  const assets = readAssets(assetFolder);
  const render = pageRenderer(assets);
  const tools: PageTools = {
    ports,
    show: (request, reply, template, view, status = 200) =>
      reply
        .code(status)
        .type("text/html; charset=utf-8")
        .header("cache-control", "no-store")
        .serializer(String)
        .send(render(template, view, request)),
  };
  return {
    pages: async (scope) => {
      await scope.register(serveAssets(assets.folder));
      await scope.register(async (pages) => {
        guardPages(pages, tools);
        for (const page of PAGES(assets)) page(pages, tools);
      });
    },
    renderErrorPage: (problem, request) => render("pages/error/template.njk", errorView(problem), request),
  };
}

/** Files whose names hold their digest never change; nothing else in the folder is served. */
const serveAssets =
  (folder: string) =>
  async (scope: FastifyInstance): Promise<void> => {
    scope.addHook("onRoute", (route) => {
      route.config = { ...route.config, access: "public" };
    });
    await scope.register(staticFiles, {
      root: folder,
      prefix: ROUTES.assets,
      immutable: true,
      maxAge: "365d",
      index: false,
      decorateReply: false,
      allowedPath: (path) => /-[0-9a-zA-Z]{8,10}\.(css|js|svg)$/.test(path),
    });
  };
