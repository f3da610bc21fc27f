"""The async door to the store."""

from bot.db import Db


async def test_closing_leaves_everything_in_one_file(tmp_path):
    path = tmp_path / "k.db"
    db = await Db(path).open()
    await db.write(lambda store: store.execute("CREATE TABLE notes (words TEXT)"))
    await db.write(lambda store: store.execute("INSERT INTO notes VALUES ('kept')"))
    assert await db.read(lambda store: store.rows("SELECT words FROM notes")) == [{"words": "kept"}]
    await db.close()
    assert sorted(each.name for each in tmp_path.iterdir()) == ["k.db", "k.db.lock"]
    await db.close()
    again = await Db(path).open()
    assert await again.read(lambda store: store.rows("SELECT words FROM notes")) == [{"words": "kept"}]
    await again.close()
