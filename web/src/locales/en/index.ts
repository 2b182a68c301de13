// English, complete. Another language is a folder of the same files.

import campaign from "./campaign.json";
import charger from "./charger.json";
import command from "./command.json";
import conformance from "./conformance.json";
import device from "./device.json";
import docs from "./docs.json";
import expert from "./expert.json";
import held from "./held.json";
import key from "./key.json";
import login from "./login.json";
import message from "./message.json";
import overview from "./overview.json";
import security from "./security.json";
import session from "./session.json";
import settings from "./settings.json";
import shell from "./shell.json";
import site from "./site.json";
import template from "./template.json";

export const en = {
  ...shell,
  ...login,
  ...overview,
  ...charger,
  ...command,
  ...message,
  ...session,
  ...site,
  ...key,
  ...settings,
  ...docs,
  ...device,
  ...campaign,
  ...template,
  ...conformance,
  ...security,
  ...held,
  ...expert,
};
