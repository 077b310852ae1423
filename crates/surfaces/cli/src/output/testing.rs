//! An [`Output`] into buffers, for tests.

use std::cell::RefCell;
use std::io::{self, Write};
use std::rc::Rc;

use super::{Output, Style};

/// Reads back what was printed.
#[derive(Clone, Default)]
pub(crate) struct Buffer(Rc<RefCell<Vec<u8>>>);

impl Buffer {
    /// Everything printed so far.
    pub(crate) fn text(&self) -> String {
        String::from_utf8(self.0.borrow().clone()).unwrap()
    }
}

impl Write for Buffer {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.borrow_mut().extend_from_slice(bytes);
        Ok(bytes.len())
    }
    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// An output, its standard output, its standard error.
pub(crate) fn buffers(json: bool) -> (Output, Buffer, Buffer) {
    let (out, err) = (Buffer::default(), Buffer::default());
    let style = Style::new(false);
    let output =
        Output { out: Box::new(out.clone()), err: Box::new(err.clone()), style, err_style: style, json };
    (output, out, err)
}
