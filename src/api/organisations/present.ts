import type { OrganisationInUse } from "../../identity/organisations/organisations.ts";
import type { OrganisationView } from "../accounts/views.ts";

/** An organisation as the API shows it: by its code, never by its number. */
export const presentOrganisation = ({
  id: _id,
  allowedNetworks,
  ...organisation
}: OrganisationInUse): OrganisationView => ({ ...organisation, allowedNetworks: [...allowedNetworks] });
