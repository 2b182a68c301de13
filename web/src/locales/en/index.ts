// English, complete. Another language is a folder of the same files.
import charger from "./charger.json";
import command from "./command.json";
import device from "./device.json";
import docs from "./docs.json";
import key from "./key.json";
import login from "./login.json";
import message from "./message.json";
import overview from "./overview.json";
import session from "./session.json";
import settings from "./settings.json";
import shell from "./shell.json";
import site from "./site.json";

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
};
