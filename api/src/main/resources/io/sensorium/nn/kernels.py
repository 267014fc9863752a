# Sensorium's fused kernels: TorchScript that Java packs into a module and calls (see Kernels.java).
# Each has a plain NDArray counterpart in KernelsTest that it must equal.
# dt: computation type of matrix products (6 fp32, 15 bf16, 70 fp32 by oneDNN); LayerNorm, BatchNorm and the
# residual stream stay fp32, and every result leaves as fp32. cfg: int64 tensor on the CPU. mask: true marks a real token.
class Kernels(Module):
  __parameters__ = []
  __buffers__ = []
  training : bool

  # x wT + b. 70 is fp32 by oneDNN, to which libtorch gives convolutions and not matrix products. A large batch in training
  # is therefore a 1x1 convolution over channels last, which copies nothing; the rows of a smaller one are copied to its
  # form, and the smallest aren't worth that. With a matrix in oneDNN's own order (here and by pack), columns past the
  # last whole 64 are wrong on Zen 5 (libtorch 2.7.1), so only matrices without any are given to it.
  def mm(self, x, w, b, dt: int):
    t = dt % 64
    if t == dt or x.numel() * b.numel() < 1000000:
      return torch.linear(x.to(t), w.to(t), b.to(t))
    if not torch.is_grad_enabled():
      return self.onednn(x, w, b)
    if b.numel() % 64 != 0 or x.size(-1) % 64 != 0:
      return torch.linear(x, w, b)
    if x.dim() == 3 and x.size(0) >= 16 and x.size(1) >= 8:
      y = torch.conv2d(x.unsqueeze(2).permute(0, 3, 1, 2), w.view(b.numel(), -1, 1, 1), b)
      return y.permute(0, 2, 3, 1).reshape(x.size(0), x.size(1), -1)
    return torch.to_dense(torch.mkldnn_linear(torch.to_mkldnn(x.contiguous()), w.contiguous(), b))

  def onednn(self, x, w, b):
    return ops.mkldnn._linear_pointwise(x, w, b, "none", annotate(List[Optional[number]], []), "")

  # cfg [dt]
  def linear(self, x, w, b, cfg):
    return self.mm(x, w.view(b.numel(), -1), b, int(cfg[0])).to(6)

  # Tokens of a stem: linear, then positions [N,D] are added. cfg [dt]
  def place(self, x, w, b, positions, cfg):
    d = b.numel()
    return self.mm(x, w.view(d, -1), b, int(cfg[0])).to(6) + positions.view(-1, d)

  # Of tokens that have the width already
  def add_positions(self, x, positions):
    return x + positions.view(-1, x.size(2))

  def norm(self, x, g, b):
    return torch.layer_norm(x, [g.numel()], g, b, 1e-06)

  # Given tokens, centred by the mean of all that training has seen and scaled by the deviation of all features together.
  # x [B,N,F]; seen [B,N]: true for real tokens, which count; absent outside training
  def center(self, x, mean, var, seen: Optional[Tensor]=None):
    if seen is not None:
      real = x.flatten(0, 1)[seen.flatten()]
      m = real.mean([0])
      v = (real - m).square().mean().view(1)
      mean.lerp_(m, 0.1)
      var.lerp_(v, 0.1)
      return (x - m) * torch.rsqrt(v + 1e-12)
    return (x - mean) * torch.rsqrt(var + 1e-12)

  # Pre-norm transformer block. cfg [dt, heads];
  # W: qkv | proj | up | down; V: norm1 gain, bias | qkv bias | proj bias | norm2 gain, bias | up bias | down bias
  def block(self, x, W, V, cfg, mask: Optional[Tensor]=None):
    dt, b, n, d = int(cfg[0]), x.size(0), x.size(1), x.size(2)
    t, h = dt % 64, W.numel() // (2 * d) - 2 * d
    qkv, proj, up, down = W.to(t).split_with_sizes([3 * d * d, d * d, h * d, h * d])
    g1, b1, qkv_b, proj_b, g2, b2, up_b, down_b = V.split_with_sizes([d, d, 3 * d, d, d, d, h, d])
    y = torch.layer_norm(x, [d], g1, b1, 1e-06).to(t)
    y = self.heads(self.mm(y, qkv.view(-1, d), qkv_b, dt), int(cfg[1]), mask)
    x = x + self.mm(y, proj.view(d, d), proj_b, dt)
    y = torch.layer_norm(x, [d], g2, b2, 1e-06).to(t)
    y = torch.gelu(self.mm(y, up.view(-1, d), up_b, dt))
    return x + self.mm(y, down.view(d, -1), down_b, dt)

  # Attention over its heads. qkv [B,N,3D]; returns [B,N,D]
  def heads(self, qkv, heads: int, mask: Optional[Tensor]):
    b, n = qkv.size(0), qkv.size(1)
    y = qkv.view(b, n, 3, heads, -1).permute(2, 0, 3, 1, 4)
    keys: Optional[Tensor] = None
    if mask is not None:
      keys = mask[:, None, None, :]
    return torch.scaled_dot_product_attention(y[0], y[1], y[2], keys).transpose(1, 2).reshape(b, n, -1)

  # A matrix in the order of oneDNN's kernels: otherwise every product reorders it anew.
  def pack(self, w):
    return ops.mkldnn._reorder_linear_weight(w)

  # block at inference, with packed matrices. cfg [heads]
  def packed_block(self, x, V, qkv, proj, up, down, cfg, mask: Optional[Tensor]=None):
    d = x.size(2)
    g1, b1, qkv_b, proj_b, g2, b2, up_b, down_b = V.split_with_sizes([d, d, 3 * d, d, d, d, V.numel() - 9 * d, d])
    y = torch.layer_norm(x, [d], g1, b1, 1e-06)
    y = self.heads(self.onednn(y, qkv, qkv_b), int(cfg[0]), mask)
    x = x + self.onednn(y, proj, proj_b)
    y = torch.layer_norm(x, [d], g2, b2, 1e-06)
    y = torch.gelu(self.onednn(y, up, up_b))
    return x + self.onednn(y, down, down_b)

  # Learned queries attend to the tokens; their results side by side. cfg [dt, heads]; W: key | value; V: their biases
  def attend(self, x, query, W, V, cfg, mask: Optional[Tensor]=None):
    dt, b, n, d = int(cfg[0]) % 64, x.size(0), x.size(1), x.size(2)
    kv = self.mm(x, W.view(-1, d), V, int(cfg[0])).view(b, n, 2, int(cfg[1]), -1).permute(2, 0, 3, 1, 4)
    q = query.view(-1, int(cfg[1]), d // int(cfg[1])).transpose(0, 1).to(dt).expand(b, -1, -1, -1)
    keys: Optional[Tensor] = None
    if mask is not None:
      keys = mask[:, None, None, :]
    return torch.scaled_dot_product_attention(q, kv[0], kv[1], keys).transpose(1, 2).reshape(b, -1).to(6)

  # Convolution, BatchNorm, GELU over [B,C,H,W] or [B,C,N]. cfg [dt, train, channels out, kernel, stride, padding]
  def conv(self, x, w, g, b, mean, var, cfg):
    dt, k, s, p = int(cfg[0]) % 64, int(cfg[3]), int(cfg[4]), int(cfg[5])
    if x.dim() == 4:
      y = torch.conv2d(x.to(dt), w.view(int(cfg[2]), -1, k, k).to(dt), None, [s, s], [p, p])
    else:
      y = torch.conv1d(x.to(dt), w.view(int(cfg[2]), -1, k).to(dt), None, [s], [p])
    return torch.gelu(torch.batch_norm(y.to(6), g, b, mean, var, bool(cfg[1]), 0.1, 1e-05, False))

  # Linear, BatchNorm, GELU. cfg [dt, train]
  def dense(self, x, w, g, b, mean, var, cfg):
    dt = int(cfg[0]) % 64
    y = torch.linear(x.to(dt), w.view(b.numel(), -1).to(dt)).to(6)
    return torch.gelu(torch.batch_norm(y, g, b, mean, var, bool(cfg[1]), 0.1, 1e-05, False))

  # Rows of one table, summed over the channels of each position, and the first positions added.
  # ids [B,N,C], already offset per channel; cfg [width]
  def embed(self, ids, table, positions, cfg):
    d = int(cfg[0])
    return torch.embedding(table.view(-1, d), ids).sum([2]) + positions.view(-1, d).narrow(0, 0, ids.size(1))

  # Sketched isotropic Gaussian regularisation (LeJEPA, arXiv 2511.08544); dirs: unit columns [D,K]
  def sigreg(self, z, dirs):
    t = torch.linspace(0., 3., 17, dtype=6, device=z.device)
    w = torch.full_like(t, 0.375)
    w[0] = 0.1875
    w[-1] = 0.1875
    phi = torch.exp(-0.5 * t * t)
    a = torch.matmul(z, dirs).unsqueeze(-1) * t
    e = (a.cos().mean([0]) - phi).square() + a.sin().mean([0]).square()
    return torch.matmul(e, w * phi).mean() * z.size(0)

  # Standard normal numbers of a generator that nothing else draws from. cfg [seed, rows, columns]
  def normal(self, cfg):
    g = torch.Generator(device=torch.device("cpu"), seed=int(cfg[0]))
    return torch.randn([int(cfg[1]), int(cfg[2])], generator=g, dtype=6)

  def copy(self, to, source):
    return to.detach().copy_(source)

  # A list in, a list out: autograd without the process-wide gradient collector. Unused parameters get zeros.
  def grad(self, loss, p: List[Tensor]):
    return self.or_zeros(torch.grad([loss], p, allow_unused=True), p)

  # The same from several outputs, whose own gradients g are known.
  def grad_through(self, outputs: List[Tensor], g: List[Tensor], p: List[Tensor]):
    known: List[Optional[Tensor]] = []
    for i in range(len(g)):
      known.append(g[i])
    return self.or_zeros(torch.grad(outputs, p, known, allow_unused=True), p)

  def or_zeros(self, gs: List[Optional[Tensor]], p: List[Tensor]):
    out: List[Tensor] = []
    for i in range(len(p)):
      g = gs[i]
      if g is None:
        out.append(torch.zeros_like(p[i]))
      else:
        out.append(unchecked_cast(Tensor, g))
    return out

  # The global norm of all gradients, with which a step begins. One that is not finite is none: it isn't counted.
  def begin_step(self, g: List[Tensor], step):
    norms: List[Tensor] = []
    for i in range(len(g)):
      norms.append(torch.linalg_vector_norm(g[i]))
    norm = torch.linalg_vector_norm(torch.stack(norms))
    step.add_(torch.isfinite(norm).to(6))
    return norm

  # AdamW and the EMA copy of one network, gradients clipped by the global norm; one that is not finite changes nothing.
  # hp: float64 CPU [lr, wd, beta1, beta2, clip, ema keep]; decayed: int64 CPU, leading parameters that decay
  def adamw(self, p, g, m, v, step, norm, hp, decayed, ema: Optional[Tensor]=None):
    h = annotate(List[float], hp.tolist())
    n = int(decayed[0])
    scale = torch.clamp(norm / h[4], 1.)
    bad = torch.logical_not(torch.isfinite(norm)).to(6)
    seen = norm
    for part in range(2):
      o, c, wd = 0, n, h[1]
      if part == 1:
        o, c, wd = n, p.numel() - n, 0.
      if c > 0:
        ps = [p.detach().narrow(0, o, c)]
        torch._fused_adamw_(ps, [g.narrow(0, o, c)], [m.narrow(0, o, c)], [v.narrow(0, o, c)], annotate(List[Tensor], []), [step], lr=h[0], beta1=h[2], beta2=h[3], weight_decay=wd, eps=1e-08, amsgrad=False, maximize=False, grad_scale=scale, found_inf=bad)
        seen = ps[0]  # read, or dead-code elimination drops the update
    if ema is not None:
      ema.lerp_(p.detach(), (1. - bad) * (1. - h[5]))
    return torch.flatten(seen)[0]
