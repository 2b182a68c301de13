// Notes and files of a site or a station. `of` is the beginning of their route: `/sites/7` or `/stations/7`.
import { queryOptions, useQueryClient } from "@tanstack/react-query";
import { http } from "@/api/http";
import { useList } from "@/api/pages";
import type { Document, Note, Page } from "@/api/types";

const notesKey = (of: string) => ["notes", of] as const;
const documentsKey = (of: string) => ["documents", of] as const;

export const useNotes = (of: string) => useList<Note>(notesKey(of), `${of}/notes`);

export const documentsOptions = (of: string) =>
  queryOptions({
    queryKey: documentsKey(of),
    queryFn: ({ signal }) => http.get<Page<Document>>(`${of}/documents`, {}, signal),
  });

export function useRecordWrites(of: string) {
  const client = useQueryClient();
  const then = async <T>(key: readonly string[], answer: Promise<T>): Promise<T> => {
    const found = await answer;
    void client.invalidateQueries({ queryKey: key });
    return found;
  };
  return {
    addNote: (text: string) => then(notesKey(of), http.post<Note>(`${of}/notes`, { text })),
    changeNote: (id: string, text: string) =>
      then(notesKey(of), http.patch<Note>(`${of}/notes/${id}`, { text })),
    removeNote: (id: string) => then(notesKey(of), http.remove(`${of}/notes/${id}`)),
    addDocument: (file: File) =>
      then(documentsKey(of), http.postFile<Document>(`${of}/documents`, file, { name: file.name })),
    removeDocument: (id: string) => then(documentsKey(of), http.remove(`${of}/documents/${id}`)),
  };
}
