export const maxBodyLength = 200_000
