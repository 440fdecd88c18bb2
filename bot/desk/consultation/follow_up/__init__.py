"""⑤ フォロー: how it goes after months, and what is done about trouble."""
