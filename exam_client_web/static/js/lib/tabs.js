// Notices when this page is open in more than one tab of the same browser.

const NAME = "passation.exam";

/** onOthers(true|false) says whether another tab shows the test too. Without BroadcastChannel nothing is said. */
export function watchTabs({ Channel, id, onOthers }) {
  if (!Channel) return { leave() {} };
  const others = new Set();
  const channel = new Channel(NAME);
  const tell = (type) => channel.postMessage({ type, id });
  channel.onmessage = ({ data }) => {
    if (data.type === "left") others.delete(data.id);
    else others.add(data.id);
    if (data.type === "here") tell("also");
    onOthers(others.size > 0);
  };
  tell("here");
  return {
    leave() {
      tell("left");
      channel.close();
    },
  };
}
