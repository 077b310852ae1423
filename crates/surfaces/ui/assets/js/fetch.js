// A page of this server as a document. XMLHttpRequest parses it without running anything in it,
// which keeps the policy "trusted types" intact.
export const page = (url) => new Promise((done, fail) => {
  const request = new XMLHttpRequest();
  request.open("GET", url);
  request.responseType = "document";
  request.timeout = 15000;
  request.onload = () => {
    // A page that says no, such as that of a filter that can't be read, is an answer too.
    if (request.status < 500 && request.response) done(request.response);
    else fail(new Error(String(request.status)));
  };
  request.onerror = request.ontimeout = () => fail(new Error("no answer"));
  request.send();
});

export const say = (words) => { const line = document.getElementById("say"); if (line) line.textContent = words; };
