// Configuration templates: what the stations of a make should be set to.
import { useQueryClient } from "@tanstack/react-query";
import { http } from "@/api/http";
import { keys } from "@/api/keys";
import { type List, useList } from "@/api/pages";
import type { Template, TemplateRequest } from "@/api/types";

export const useTemplates = (): List<Template> =>
  useList<Template>(keys.templates, "/configuration-templates");

export function useTemplateWrites() {
  const client = useQueryClient();
  const after = <T>(answer: Promise<T>): Promise<T> =>
    answer.finally(() => {
      void client.invalidateQueries({ queryKey: keys.templates });
      void client.invalidateQueries({ queryKey: keys.stations });
    });
  return {
    save: (input: TemplateRequest, old: Template | null) =>
      after(
        old
          ? http.put<Template>(`/configuration-templates/${old.id}`, input, old.version)
          : http.post<Template>("/configuration-templates", input),
      ),
    remove: (id: string) => after(http.remove(`/configuration-templates/${id}`)),
  };
}
